import type { LabStatus, NodeStatus, NodeTorrentStatus } from "../api/status.ts";
import { LabError } from "../errors.ts";
import { isDue } from "../swarm/live.ts";
import { isPeer } from "../swarm/peers.ts";
import { type Amount, progressOf } from "../swarm/progress.ts";
import { printable } from "../units.ts";

/** What `--until` waits for. */
export type Condition =
  | { readonly kind: "complete" }
  | { readonly kind: "ratio"; readonly value: number }
  | { readonly kind: "progress"; readonly value: number };

/** `complete`, `ratio=1.0` or `progress=50%`; a usage error for anything else. */
export function parseCondition(text: string): Condition {
  if (text === "complete") return { kind: "complete" };
  const [kind, number = "", ...more] = text.split("=");
  const value = more.length === 0 && /^\d+(\.\d+)?%?$/.test(number) ? Number.parseFloat(number) : Number.NaN;
  if (kind === "ratio" && !number.endsWith("%") && value > 0) return { kind, value };
  if (kind === "progress" && value > 0) {
    const share = number.endsWith("%") ? value / 100 : value;
    if (share <= 1) return { kind, value: share };
  }
  throw new LabError("usage", `cannot wait until "${printable(text)}"`, {
    hint: "Write --until complete, ratio=1.0 or progress=50%.",
  });
}

/**
 * Whether the lab is there: everybody who fetches is complete, gave back `ratio`, or has `progress` of its bytes. What one
 * that was stopped on purpose has not got does not count; a failed one keeps it from ever being reached. Where nobody
 * counts it is not reached.
 */
export function isReached(condition: Condition, status: LabStatus): boolean {
  if (status.lab.state === "starting") return false;
  const lengths = new Map(status.torrents.map(({ infoHash, length }) => [infoHash, length]));
  const fetchers = status.nodes.map((node) => expected(condition, node, lengths)).filter((shares) => shares.length > 0);
  return fetchers.length > 0 && fetchers.every((shares) => has(condition, shares));
}

/** What a node fetches of a torrent that the lab shares. */
type Share = NodeTorrentStatus & Amount;

/** What counts of a node's torrents, as for the lab's state: one that left when it was complete has got its own. */
function expected({ kind }: Condition, node: NodeStatus, lengths: ReadonlyMap<string, number>): Share[] {
  return node.torrents.flatMap((torrent): Share[] => {
    const length = lengths.get(torrent.infoHash);
    if (length === undefined || torrent.duty !== "fetch") return [];
    const givesBack = node.state !== "stopped" && torrent.state !== "retired";
    const counts = kind === "ratio" ? givesBack : isDue(node, torrent);
    return counts ? [{ ...torrent, length }] : [];
  });
}

function has(condition: Condition, torrents: readonly Share[]): boolean {
  switch (condition.kind) {
    case "complete":
      return torrents.every(({ progress }) => progress === 1);
    case "progress":
      return progressOf(torrents) >= condition.value;
    case "ratio":
      return hasBegun(torrents) && sum(torrents, "uploaded") >= condition.value * sum(torrents, "downloaded");
  }
}

/** Nothing given for nothing taken is a ratio only of who needs nothing more. */
function hasBegun(torrents: readonly NodeTorrentStatus[]): boolean {
  return sum(torrents, "downloaded") > 0 || torrents.every(({ progress }) => progress === 1);
}

function sum(torrents: readonly { uploaded: number; downloaded: number }[], key: "uploaded" | "downloaded"): number {
  return torrents.reduce((total, torrent) => total + torrent[key], 0);
}

/** Why the condition can no longer be reached, or `undefined`: a failed node. */
export function hopeless(status: LabStatus): string | undefined {
  const failed = status.nodes.filter((node) => node.state === "failed");
  if (failed.length === 0) return undefined;
  return failed.map((node) => `${node.name}: ${node.error ?? "failed"}`).join("; ");
}

/** `--wait`: every node runs, and every peer that shares a torrent with another has a connection. */
export function isReady(status: LabStatus): boolean {
  const nodesRun = status.nodes.every((node) => node.state === "running" || node.role === "controller");
  const peers = status.nodes.filter(isPeer);
  return nodesRun && peers.every((peer) => isConnected(peer, peers));
}

/** Who left its swarms has nobody to connect to, and neither has who is alone in them since. */
function isConnected(peer: NodeStatus, peers: readonly NodeStatus[]): boolean {
  const others = new Set(peers.filter((other) => other !== peer).flatMap(swarmsOf));
  const hasCompany = swarmsOf(peer).some((infoHash) => others.has(infoHash));
  return !hasCompany || peer.torrents.some((torrent) => torrent.peers > 0);
}

function swarmsOf({ torrents }: NodeStatus): string[] {
  return torrents.filter(({ state }) => state !== "retired").map(({ infoHash }) => infoHash);
}
