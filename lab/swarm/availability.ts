import { partsOf, serves } from "./live.ts";
import { hasPiece, type Pieces } from "./pieces.ts";
import type { SwarmModel } from "./state.ts";

/** Live nodes that hold each piece of a torrent; empty for an unknown torrent. */
export function availability(model: SwarmModel, infoHash: string): number[] {
  const torrent = model.torrents[infoHash];
  const count = torrent?.info.pieceCount ?? 0;
  const live = partsOf(model, infoHash).filter((part) => serves(part));
  const whole = live.filter((part) => part.torrent.have === count).length;
  const holders = new Array<number>(count).fill(whole);
  for (const { torrent: part } of live) if (part.have > 0 && part.have < count) addHolder(holders, part.pieces);
  return holders;
}

/** Eight pieces that are missing cost one look: most nodes have almost nothing or almost everything. */
function addHolder(holders: number[], pieces: Pieces): void {
  for (let at = 0; at < holders.length; at += 8) {
    if (pieces[at >> 3] === 0) continue;
    const end = Math.min(at + 8, holders.length);
    for (let piece = at; piece < end; piece += 1)
      if (hasPiece(pieces, piece)) holders[piece] = (holders[piece] ?? 0) + 1;
  }
}

/** How often the whole torrent is there: the rarest piece's holders + the share of the pieces that have more. */
export function distributedCopies(holders: readonly number[]): number {
  if (holders.length === 0) return 0;
  const rarest = holders.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
  return rarest + holders.filter((count) => count > rarest).length / holders.length;
}
