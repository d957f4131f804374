import { partsOf, serves } from "./live.ts";
import type { Pieces } from "./pieces.ts";
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

/**
 * Only pieces that are there cost anything, and nothing is made: the web UI asks for this of all torrents once a second.
 */
function addHolder(holders: number[], pieces: Pieces): void {
  for (let at = 0; at < pieces.length; at += 1)
    for (let left = pieces[at] ?? 0; left !== 0; ) {
      const bit = Math.clz32(left) - 24;
      left &= ~(0x80 >> bit);
      const piece = 8 * at + bit;
      if (piece < holders.length) holders[piece] = (holders[piece] ?? 0) + 1;
    }
}

/** How often the whole torrent is there: the rarest piece's holders + the share of the pieces that have more. */
export function distributedCopies(holders: readonly number[]): number {
  if (holders.length === 0) return 0;
  const rarest = holders.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
  return rarest + holders.filter((count) => count > rarest).length / holders.length;
}
