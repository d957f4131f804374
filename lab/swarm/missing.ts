import { partsOf, serves } from "./live.ts";
import { noPieces } from "./pieces.ts";
import type { SwarmModel, TorrentModel } from "./state.ts";

/** Brings `missingSince` of every torrent up to date: called when a node or its duty changed, which is rare. */
export function noteMissing(model: SwarmModel, t: number): void {
  for (const torrent of Object.values(model.torrents)) noteMissingOf(model, torrent, t);
}

export function noteMissingOf(model: SwarmModel, torrent: TorrentModel, t: number): void {
  if (torrent.retired || isWhole(model, torrent)) torrent.missingSince = null;
  else torrent.missingSince ??= t;
}

function isWhole(model: SwarmModel, torrent: TorrentModel): boolean {
  const { pieceCount, infoHash } = torrent.info;
  const parts = partsOf(model, infoHash).filter(serves);
  if (parts.some((part) => part.torrent.have === pieceCount)) return true;
  const union = noPieces(pieceCount);
  for (const part of parts)
    part.torrent.pieces.forEach((byte, i) => {
      union[i] = (union[i] ?? 0) | byte;
    });
  const spare = union.length * 8 - pieceCount;
  return union.every((byte, i) => byte === (i === union.length - 1 ? (0xff << spare) & 0xff : 0xff));
}
