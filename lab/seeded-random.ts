/** Numbers from a seed (mulberry32), so that a failing test can be run again. */
export interface Random {
  /** 0 ≤ value < 1. */
  next(): number;
  /** A whole number below `limit`. */
  below(limit: number): number;
  chance(share: number): boolean;
  /** @throws where there is nothing to pick from. */
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
  hex(digits: number): string;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (share) => next() < share,
    pick(from) {
      if (from.length === 0) throw new RangeError("nothing to pick from");
      return from[below(from.length)] as (typeof from)[number];
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join(""),
  };
}
