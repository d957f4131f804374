import { announcesPerMinute } from "../../../swarm/apply-tracker.ts";
import type { SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { formatDuration, printable } from "../../../units.ts";
import { peerColour } from "../look/peer-colours.ts";
import { peerParts } from "../state/peers.ts";
import type { ViewProps } from "../view-props.ts";
import { Table } from "./table.tsx";
import { trackerColumns } from "./tracker-columns.ts";

/** What the tracker knows of the torrent, and what it last told each peer. */
export function TrackerView({ data, torrent, look }: ViewProps) {
  const { swarm } = data.picture;
  return (
    <div className="tracker">
      <TrackerFacts swarm={swarm} torrent={torrent} />
      <Table
        name="tracker"
        look={look}
        rows={peerParts(data.picture, torrent)}
        columns={trackerColumns(swarm)}
        rowKey={({ node }) => node.name}
        mark={({ hue }) => peerColour(hue, look.theme)}
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
