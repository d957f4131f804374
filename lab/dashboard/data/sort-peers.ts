import type { Sort } from "../ui/ui.ts";
import type { PeerRow } from "./scene.ts";

/** By what peers can be sorted, in the order in which `s` goes through them. */
export const peerSorts = ["name", "progress", "down", "up", "ratio", "peers", "eta"] as const;
export type PeerSort = (typeof peerSorts)[number];

/** As people count: `leecher-2` before `leecher-10`. `localeCompare` with options would look its rules up for each pair. */
export const compareNames = new Intl.Collator("en", { numeric: true }).compare;

/** Seconds: who has finished comes before everybody who has not. */
const LATER = 1e9;

const values: Record<Exclude<PeerSort, "name">, (peer: PeerRow) => number> = {
  progress: (peer) => -peer.progress,
  down: (peer) => -peer.down,
  up: (peer) => -peer.up,
  ratio: (peer) => (peer.downloaded === 0 ? Number.NEGATIVE_INFINITY : -peer.uploaded / peer.downloaded),
  peers: (peer) => -peer.peers,
  eta: (peer) => peer.finishedAt ?? (peer.left === 0 ? -1 : LATER + peer.eta),
};

/** Names: seeders first, then as people count (`leecher-2` before `leecher-10`); numbers: the largest first. */
export function comparePeers({ by, reversed }: Sort<PeerSort>): (a: PeerRow, b: PeerRow) => number {
  const direction = reversed ? -1 : 1;
  return (a, b) => {
    const order = by === "name" ? roleOrder(a) - roleOrder(b) : compareNumbers(values[by](a), values[by](b));
    return direction * order || direction * (by === "name" ? 1 : direction) * compareNames(a.name, b.name);
  };
}

function roleOrder(peer: PeerRow): number {
  return peer.node.role === "seeder" ? 0 : 1;
}

/** Two infinities are equal here. */
function compareNumbers(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
