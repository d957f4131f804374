import type { LabStatus, NodeStatus, NodeTorrentStatus } from "../api/status.ts";
import { LabError } from "../errors.ts";
import { isPeer } from "../swarm/peers.ts";
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
 * Whether the lab is there: every leecher is complete, gave back `ratio`, or has `progress`. A leecher that has nothing to
 * fetch does not count, nor what one that was stopped on purpose has not got; a failed one keeps it from ever being
 * reached. Where nobody counts it is not reached.
 */
export function isReached(condition: Condition, status: LabStatus): boolean {
  if (status.lab.state === "starting") return false;
  const shares = status.nodes
    .filter(({ role }) => role === "leecher")
    .map((leecher) => expected(condition, leecher))
    .filter((torrents) => torrents.length > 0);
  return shares.length > 0 && shares.every((torrents) => has(condition, torrents));
}

/** What counts of a leecher's torrents, as for the lab's state: one that left when it was complete has got its own. */
function expected({ kind }: Condition, { state, torrents }: NodeStatus): NodeTorrentStatus[] {
  const shared = torrents.filter((torrent) => torrent.state !== "retired");
  if (state !== "stopped") return shared;
  // It will give back no more.
  return kind === "ratio" ? [] : shared.filter(({ completedAt }) => completedAt !== null);
}

function has(condition: Condition, torrents: readonly NodeTorrentStatus[]): boolean {
  switch (condition.kind) {
    case "complete":
      return torrents.every(({ progress }) => progress === 1);
    case "progress":
      return torrents.every(({ progress }) => progress >= condition.value);
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

/** `--wait`: the tracker answers; every node said hello, announced and has a connection. */
export function isReady(status: LabStatus): boolean {
  const peers = status.nodes.filter(isPeer);
  const nodesRun = status.nodes.every((node) => node.state === "running" || node.role === "controller");
  const connected = (node: (typeof peers)[number]) =>
    node.torrents.length === 0 || node.torrents.some((torrent) => torrent.peers > 0);
  return nodesRun && peers.every((node) => node.state === "running" && (peers.length === 1 || connected(node)));
}
