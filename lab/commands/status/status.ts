import type { LabStatus, NodeStatus, SwarmStatus } from "../../api/status.ts";
import type { TorrentInfo } from "../../api/words.ts";
import { isOrdered } from "../../swarm/live.ts";
import { isPeer } from "../../swarm/peers.ts";
import { progressOf } from "../../swarm/progress.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../../units.ts";
import { connectLab } from "../find-lab.ts";
import { table } from "../table.ts";
import { paint, print, printJson, type World } from "../world.ts";

/** `lab status`. */
export async function status(world: World, flags: { name?: string; json: boolean }): Promise<void> {
  const { client } = await connectLab(world, flags.name);
  const current = await client.status();
  if (flags.json) return printJson(world, current);
  for (const line of statusText(world, current)) print(world, line);
}

function statusText(world: World, status: LabStatus): string[] {
  const { lab, tracker } = status;
  return [
    `${paint(world, "bold", lab.name)}  ${lab.state}  ${lab.runtime}, profile ${lab.profile}, ${formatDuration(status.t)}`,
    `tracker  ${tracker.url}  ${tracker.complete} complete, ${tracker.incomplete} incomplete, ${tracker.announces} announces`,
    "",
    ...status.torrents.flatMap((torrent) => {
      const swarm = status.swarms.find(({ infoHash }) => infoHash === torrent.infoHash);
      return [
        `${printable(torrent.name)}  ${formatBytes(torrent.length)}, ${torrent.pieceCount} pieces`,
        ...(swarm ? [`  ${swarmText(swarm)}`] : []),
      ];
    }),
    "",
    ...nodeTable(status.nodes.filter(isPeer), status.torrents),
  ];
}

function swarmText(swarm: SwarmStatus): string {
  const parts = [
    `${swarm.complete} complete, ${swarm.incomplete} incomplete`,
    `${swarm.distributedCopies.toFixed(2)} distributed copies`,
    ...(swarm.bound === null ? [] : [`bound ${formatDuration(swarm.bound)}`]),
    ...(swarm.boundProblem === null ? [] : [`no bound: ${printable(swarm.boundProblem)}`]),
    ...(swarm.completedAt === null ? [] : [`took ${formatDuration(swarm.elapsed)}`]),
    ...(swarm.efficiency === null ? [] : [`efficiency ${(swarm.efficiency * 100).toFixed(0)} %`]),
    ...(swarm.stalled === null ? [] : [`stalled: ${swarm.stalled}`]),
  ];
  return parts.join(" · ");
}

/** A row a peer, over all its torrents, in a torrent client's usual order; beside each measured rate its limit. */
export function nodeTable(nodes: readonly NodeStatus[], torrents: readonly TorrentInfo[]): string[] {
  const lengths = new Map(torrents.map(({ infoHash, length }) => [infoHash, length]));
  const numbers = ["PROGRESS", "DOWN (LIMIT)", "UP (LIMIT)", "DOWNLOADED", "UPLOADED", "RATIO", "PEERS"];
  return table(
    ["NODE", "STATE", ...numbers],
    nodes.map((node) => nodeRow(node, lengths)),
    numbers,
  );
}

function nodeRow(node: NodeStatus, lengths: ReadonlyMap<string, number>): string[] {
  const total = (key: "downloaded" | "uploaded" | "downloadSpeed" | "uploadSpeed" | "peers") =>
    node.torrents.reduce((sum, torrent) => sum + torrent[key], 0);
  const amounts = node.torrents.filter(isOrdered).flatMap(({ infoHash, left }) => {
    const length = lengths.get(infoHash);
    return length === undefined ? [] : [{ left, length }];
  });
  const rate = (achieved: number, limit: number | null) => `${formatRate(achieved)} (${formatRate(limit)})`;
  return [
    node.name,
    nodeState(node),
    amounts.length > 0 ? `${Math.floor(progressOf(amounts) * 100)} %` : "",
    rate(total("downloadSpeed"), node.limits.down),
    rate(total("uploadSpeed"), node.limits.up),
    formatBytes(total("downloaded")),
    formatBytes(total("uploaded")),
    ratio(total("uploaded"), total("downloaded")),
    String(total("peers")),
  ];
}

/** `∞` for who only gave; nothing for who did neither yet. */
function ratio(uploaded: number, downloaded: number): string {
  if (downloaded > 0) return (uploaded / downloaded).toFixed(2);
  return uploaded > 0 ? "∞" : "";
}

/** What the node is busy with: its torrents' state while it runs. */
function nodeState(node: NodeStatus): string {
  if (node.state !== "running") return node.error ? `${node.state}: ${printable(node.error)}` : node.state;
  const failed = node.torrents.find((torrent) => torrent.error !== null);
  if (failed?.error) return `error: ${printable(failed.error)}`;
  const states = [...new Set(node.torrents.map((torrent) => torrent.state))].filter((state) => state !== "retired");
  return states.join(", ") || "running";
}
