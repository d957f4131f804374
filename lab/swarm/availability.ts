import { partsOf, serves } from "./live.ts";
import { hasPiece } from "./pieces.ts";
import type { SwarmModel } from "./state.ts";

/** Live nodes that hold each piece of a torrent; empty for an unknown torrent. */
export function availability(model: SwarmModel, infoHash: string): number[] {
  const torrent = model.torrents[infoHash];
  const holders = new Array<number>(torrent?.info.pieceCount ?? 0).fill(0);
  for (const part of partsOf(model, infoHash)) {
    if (!serves(part) || part.torrent.have === 0) continue;
    const { pieces } = part.torrent;
    for (let piece = 0; piece < holders.length; piece += 1)
      if (hasPiece(pieces, piece)) holders[piece] = (holders[piece] ?? 0) + 1;
  }
  return holders;
}

/** How often the whole torrent is there: the rarest piece's holders + the share of the pieces that have more. */
export function distributedCopies(holders: readonly number[]): number {
  if (holders.length === 0) return 0;
  const rarest = holders.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
  return rarest + holders.filter((count) => count > rarest).length / holders.length;
}
