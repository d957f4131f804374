import type { SwarmModel } from "../../../swarm/model.ts";
import { formatDuration, printable } from "../../../units.ts";
import type { PeerPart } from "../state/peers.ts";
import type { Column } from "./table.ts";

/** Per peer what the tracker last told it, and when it asks again. */
export function trackerColumns({ t, run }: SwarmModel): Column<PeerPart>[] {
  const ago = ({ part }: PeerPart) => (part.announcedAt === null ? null : t - part.announcedAt);
  const next = (row: PeerPart) => {
    const since = ago(row);
    return since === null || !announces(row) ? null : Math.max(0, (run?.tracker.interval ?? 0) - since);
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

function announces({ node, part }: PeerPart): boolean {
  return node.state === "running" && part.state !== "retired";
}

/** In the words of the clients' tracker tab. */
function trackerStatus({ node, part }: PeerPart): string {
  if (node.state !== "running") return node.state;
  if (part.state === "retired") return part.state;
  if (part.trackerError !== null) return "tracker error";
  return part.announcedAt === null ? "not contacted" : "working";
}
