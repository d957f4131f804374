import type { NodeState, TorrentInfo, TorrentState } from "../api/words.ts";
import { behaviourOf, givesNothing } from "./behaviour.ts";
import { lookup } from "./dictionary.ts";
import { hasPiece } from "./pieces.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "./state.ts";

/** A node's part in one torrent. */
export interface Part {
  node: NodeModel;
  torrent: NodeTorrentModel;
}

/** Every node that seeds or fetches the torrent, running or not. */
export function partsOf(model: SwarmModel, infoHash: string): Part[] {
  const parts: Part[] = [];
  for (const node of Object.values(model.nodes)) {
    const torrent = lookup(node.torrents, infoHash);
    if (torrent) parts.push({ node, torrent });
  }
  return parts;
}

/** Torrents that the lab shares at present. */
export function sharedTorrents(model: SwarmModel): TorrentModel[] {
  return Object.values(model.torrents).filter((torrent) => !torrent.retired);
}

/** Whether others can get the node's pieces now. In error it may still serve (a full disk): its connections tell. */
export function serves({ node, torrent }: Part): boolean {
  if (node.state !== "running" || givesNothing(behaviourOf(node.settings))) return false;
  if (torrent.state === "error") return torrent.connected > 0;
  return torrent.state === "waiting" || torrent.state === "downloading" || torrent.state === "seeding";
}

/** A node's part in a torrent, of a model or of a status. */
interface Share {
  readonly state: TorrentState;
  readonly completedAt: number | null;
}

/** Whether the torrent is the node's task, or was until the node had it whole: who leaves retires what it has got. */
export function isOrdered({ state, completedAt }: Share): boolean {
  return state !== "retired" || completedAt !== null;
}

/** Whether the node has the torrent whole, or is still to get it: one that was stopped before will not. */
export function isDue(node: { readonly state: NodeState }, share: Share): boolean {
  return isOrdered(share) && (node.state !== "stopped" || share.completedAt !== null);
}

/** Whether a swarm is complete only with this part. */
export function isExpected({ node, torrent }: Part): boolean {
  return torrent.duty === "fetch" && isDue(node, torrent);
}

export function isComplete(torrent: NodeTorrentModel, info: TorrentInfo): boolean {
  return torrent.have === info.pieceCount;
}

/** Bytes of the pieces that are missing. */
export function bytesLeft(torrent: NodeTorrentModel, info: TorrentInfo): number {
  const { pieceCount, pieceLength, length } = info;
  if (pieceCount === 0) return 0;
  const lastLength = length - (pieceCount - 1) * pieceLength;
  const lastMissing = !hasPiece(torrent.pieces, pieceCount - 1);
  const missing = pieceCount - torrent.have;
  return lastMissing ? (missing - 1) * pieceLength + lastLength : missing * pieceLength;
}
