import type { JournalBody, JournalLine } from "../api/journal.ts";
import { type Part, partsOf, serves } from "./live.ts";
import type { Pieces } from "./pieces.ts";
import type { SwarmModel } from "./state.ts";

/**
 * Live nodes that hold each piece of a torrent and give it; empty for an unknown torrent. Counted once and then kept up to
 * date from line to line: the web UI asks for all torrents once a second, and its page in every frame.
 */
export function availability(model: SwarmModel, infoHash: string): readonly number[] {
  const known = counted.get(model) ?? new Map<string, number[]>();
  counted.set(model, known);
  const holders = known.get(infoHash) ?? countHolders(model, infoHash);
  known.set(infoHash, holders);
  return holders;
}

/** By info-hash. Not in the model: what follows from the rest of it belongs into no snapshot. */
const counted = new WeakMap<SwarmModel, Map<string, number[]>>();

/** Lines after which the same nodes serve the same pieces, or that tell of it themselves. */
const sameHolders: ReadonlySet<JournalBody["type"]> = new Set([
  ...(["sample", "have", "hash-failed", "banned"] as const),
  ...(["choke", "unchoke", "interested", "not-interested", "peer-connected", "peer-left"] as const),
  ...(["announce", "scrape", "peer-expired", "tracker-answer", "tracker-error", "mark"] as const),
]);

/** The model has taken the line. */
export function noteLine(model: SwarmModel, { type }: JournalLine): void {
  if (!sameHolders.has(type)) counted.delete(model);
}

/** A node has one more piece. */
export function noteHolder(model: SwarmModel, part: Part, infoHash: string, piece: number): void {
  const holders = counted.get(model)?.get(infoHash);
  if (holders && serves(part)) holders[piece] = (holders[piece] ?? 0) + 1;
}

/** Whether a node serves the torrent may have changed without a line that says so. */
export function forgetHolders(model: SwarmModel, infoHash: string): void {
  counted.get(model)?.delete(infoHash);
}

function countHolders(model: SwarmModel, infoHash: string): number[] {
  const count = model.torrents[infoHash]?.info.pieceCount ?? 0;
  const live = partsOf(model, infoHash).filter((part) => serves(part));
  const whole = live.filter((part) => part.torrent.have === count).length;
  const holders = new Array<number>(count).fill(whole);
  const partial = live.filter(({ torrent: part }) => part.have > 0 && part.have < count);
  for (let at = 0; at < partial.length; at += MOST) {
    const counts = countEach(partial.slice(at, at + MOST).map((part) => part.torrent.pieces));
    for (let piece = 0; piece < count; piece += 1) holders[piece] = (holders[piece] ?? 0) + (counts[piece] ?? 0);
  }
  return holders;
}

/** Bitfields that a counter of one byte can count. */
const MOST = 255;
/** For each byte of a bitfield its bits as eight counters of one byte, and these as two numbers to add. */
const SPREAD = new Uint32Array(spreadBits().buffer);

function spreadBits(): Uint8Array {
  return Uint8Array.from({ length: 256 * 8 }, (_, index) => ((index >> 3) >> (7 - (index & 7))) & 1);
}

/** How many of the bitfields have each bit. Eight pieces cost two additions, whatever they hold. */
function countEach(bitfields: readonly Pieces[]): Uint8Array {
  const length = bitfields[0]?.length ?? 0;
  const sums = new Uint32Array(2 * length);
  for (const pieces of bitfields)
    for (let at = 0; at < length; at += 1) {
      const byte = pieces[at] ?? 0;
      if (byte === 0) continue;
      sums[2 * at] = (sums[2 * at] ?? 0) + (SPREAD[2 * byte] ?? 0);
      sums[2 * at + 1] = (sums[2 * at + 1] ?? 0) + (SPREAD[2 * byte + 1] ?? 0);
    }
  return new Uint8Array(sums.buffer);
}

/** How often the whole torrent is there: the rarest piece's holders + the share of the pieces that have more. */
export function distributedCopies(holders: readonly number[]): number {
  if (holders.length === 0) return 0;
  let rarest = Number.POSITIVE_INFINITY;
  for (const count of holders) rarest = Math.min(rarest, count);
  let more = 0;
  for (const count of holders) if (count > rarest) more += 1;
  return rarest + more / holders.length;
}
