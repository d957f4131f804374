import { announcesPerMinute } from "../../../swarm/apply-tracker.ts";
import type { SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { formatDuration, printable } from "../../../units.ts";
import { peerColour } from "../look/peer-colours.ts";
import { type PeerPart, peerParts } from "../state/peers.ts";
import type { ViewProps } from "../view-props.ts";
import type { Column } from "./table.ts";
import { Table } from "./table.tsx";

/** What the tracker knows of the torrent, and what it last told each peer. */
export function TrackerView({ data, torrent, look }: ViewProps) {
  const { swarm } = data.picture;
  return (
    <div className="tracker">
      <TrackerFacts swarm={swarm} torrent={torrent} />
      <Table
        name="tracker"
        look={look}
        rows={peerParts(swarm, torrent)}
        columns={columnsOf(swarm)}
        order={{ key: "", descending: false }}
        rowKey={({ node }) => node.name}
        mark={({ position }) => peerColour(position, look.theme)}
      />
    </div>
  );
}

function TrackerFacts({ swarm, torrent: { tracker } }: { swarm: SwarmModel; torrent: TorrentModel }) {
  const facts = [
    ["tracker", printable(swarm.run?.tracker.kind ?? "")],
    ["url", printable(swarm.run?.tracker.url ?? "")],
    ["interval", formatDuration(swarm.run?.tracker.interval ?? null)],
    ["complete ◆", `${tracker.complete}`],
    ["incomplete ●", `${tracker.incomplete}`],
    ["announces", `${tracker.announces || tracker.answers}`],
    ["a minute", `${announcesPerMinute(tracker, swarm.t)}`],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function columnsOf({ t, run }: SwarmModel): Column<PeerPart>[] {
  const ago = ({ part }: PeerPart) => (part.announcedAt === null ? null : t - part.announcedAt);
  const next = (row: PeerPart) => {
    const since = ago(row);
    return since === null ? null : Math.max(0, (run?.tracker.interval ?? 0) - since);
  };
  const seconds = (value: number | null) => (value === null ? "" : formatDuration(value));
  return [
    { key: "name", title: "Name", text: ({ node }) => printable(node.name), sort: ({ node }) => node.name },
    { key: "status", title: "Status", text: trackerStatus, sort: trackerStatus },
    { key: "last", title: "Last answer", numeric: true, text: (row) => seconds(ago(row)), sort: ago },
    { key: "next", title: "Next announce in", numeric: true, text: (row) => seconds(next(row)), sort: next },
    {
      ...{ key: "message", title: "Message", text: ({ part }) => printable(part.trackerError ?? "") },
      sort: ({ part }) => part.trackerError ?? "",
    },
  ];
}

/** In the words of the clients' tracker tab. */
function trackerStatus({ node, part }: PeerPart): string {
  if (node.state !== "running") return node.state;
  if (part.trackerError !== null) return "tracker error";
  return part.announcedAt === null ? "not contacted" : "working";
}
