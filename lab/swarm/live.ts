import type { TorrentInfo } from "../api/words.ts";
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
