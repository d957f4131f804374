/** What a peer asks for at a time (BEP 3). */
export const BLOCK_LENGTH = 16 * 1024;

export interface BlockRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * One attempt at a piece: its blocks, who was asked for each, and the bytes that came. A hash that does not match ends the
 * attempt, and the piece begins anew. `Source` is whoever can be asked.
 */
export interface Attempt<Source> {
  readonly piece: number;
  readonly bytes: Uint8Array;
  readonly complete: boolean;
  /** Nothing came, and nobody is asked. */
  readonly untouched: boolean;
  /** A block that nobody was asked for. */
  free(): number | undefined;
  /** A block that did not come yet and `source` was not asked for, of those with the fewest askings; at most `askings`. */
  shared(source: Source, askings: number): number | undefined;
  range(block: number): BlockRange;
  asked(block: number, source: Source): void;
  /** It will not come from there. */
  gaveUp(block: number, source: Source): void;
  /** @returns the other sources that were asked for it, or nothing where the block was there already. */
  received(block: number, source: Source, bytes: Uint8Array): Source[] | undefined;
}

/** @param bytes as many as the piece has, to be overwritten. */
export function createAttempt<Source>(piece: number, bytes: Uint8Array): Attempt<Source> {
  const { length } = bytes;
  const count = Math.ceil(length / BLOCK_LENGTH);
  /** Of each block, until it came. */
  const sources: (Source[] | null)[] = Array.from({ length: count }, () => []);
  let missing = count;
  /** No block before this one is free. */
  let first = 0;

  return {
    piece,
    bytes,
    get complete() {
      return missing === 0;
    },
    get untouched() {
      return sources.every((asked) => asked?.length === 0);
    },
    free() {
      while (first < count && sources[first]?.length !== 0) first += 1;
      return first < count ? first : undefined;
    },
    shared(source, askings) {
      let best: number | undefined;
      let fewest = askings;
      for (const [block, asked] of sources.entries()) {
        if (!asked || asked.length >= fewest || asked.includes(source)) continue;
        best = block;
        fewest = asked.length;
      }
      return best;
    },
    range(block) {
      const offset = block * BLOCK_LENGTH;
      return { offset, length: Math.min(BLOCK_LENGTH, length - offset) };
    },
    asked(block, source) {
      sources[block]?.push(source);
    },
    gaveUp(block, source) {
      const asked = sources[block];
      if (!asked) return;
      const at = asked.indexOf(source);
      if (at !== -1) asked.splice(at, 1);
      if (asked.length === 0) first = Math.min(first, block);
    },
    received(block, source, received) {
      const asked = sources[block];
      if (!asked) return undefined;
      bytes.set(received, block * BLOCK_LENGTH);
      sources[block] = null;
      missing -= 1;
      return asked.filter((other) => other !== source);
    },
  };
}
