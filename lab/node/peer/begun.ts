import { type Attempt, createAttempt } from "./attempt.ts";

/** The pieces that are begun and not verified yet. `Source` is whoever can be asked for blocks. */
export interface Begun<Source> {
  readonly size: number;
  /** A block is left that nobody was asked for. */
  readonly hasFree: boolean;
  get(piece: number): Attempt<Source> | undefined;
  /** Whether it still goes on, and has a block that nobody was asked for. */
  isOpen(attempt: Attempt<Source>): boolean;
  begin(piece: number, length: number): Attempt<Source>;
  asked(attempt: Attempt<Source>, block: number, source: Source): void;
  /** @returns whether somebody else is to be asked for it now. */
  gaveUp(attempt: Attempt<Source>, block: number, source: Source): boolean;
  /** The first in order that has a free block and whose piece may be asked for. */
  joinable(may: (piece: number) => boolean, orderOf: (piece: number) => number): Attempt<Source> | undefined;
  /** A block that others were asked for already, by at most `askings` of them. */
  repeatable(
    source: Source,
    may: (piece: number) => boolean,
    askings: number,
  ): { readonly attempt: Attempt<Source>; readonly block: number } | undefined;
  end(attempt: Attempt<Source>): void;
  /** Takes the memory of a piece that is on the disk. */
  reuse(bytes: Uint8Array): void;
  /** Gives the memory back that was kept for further pieces. */
  release(): void;
}

/**
 * Pieces whose memory is kept for the next ones: a new buffer for each would keep the garbage collector busy, and more
 * than two are seldom on their way to the disk at a time.
 */
const SPARES = 2;

export function createBegun<Source>(): Begun<Source> {
  const attempts = new Map<number, Attempt<Source>>();
  /** Those of them with a block that nobody was asked for. */
  const open = new Set<Attempt<Source>>();
  const spares: Uint8Array[] = [];

  return {
    get size() {
      return attempts.size;
    },
    get hasFree() {
      return open.size > 0;
    },
    get: (piece) => attempts.get(piece),
    isOpen: (attempt) => open.has(attempt),
    begin(piece, length) {
      const attempt = createAttempt<Source>(piece, memoryOf(length));
      attempts.set(piece, attempt);
      open.add(attempt);
      return attempt;
    },
    asked(attempt, block, source) {
      attempt.asked(block, source);
      if (attempt.free() === undefined) open.delete(attempt);
    },
    gaveUp(attempt, block, source) {
      attempt.gaveUp(block, source);
      if (attempts.get(attempt.piece) !== attempt || attempt.free() === undefined) return false;
      open.add(attempt);
      return true;
    },
    joinable(may, orderOf) {
      let best: Attempt<Source> | undefined;
      for (const attempt of open)
        if ((!best || orderOf(attempt.piece) < orderOf(best.piece)) && may(attempt.piece)) best = attempt;
      return best;
    },
    repeatable(source, may, askings) {
      for (const attempt of attempts.values()) {
        const block = may(attempt.piece) ? attempt.shared(source, askings) : undefined;
        if (block !== undefined) return { attempt, block };
      }
      return undefined;
    },
    end(attempt) {
      attempts.delete(attempt.piece);
      open.delete(attempt);
    },
    reuse(bytes) {
      if (spares.length < SPARES) spares.push(bytes);
    },
    release() {
      spares.length = 0;
    },
  };

  function memoryOf(length: number): Uint8Array {
    const spare = spares.findIndex((bytes) => bytes.length === length);
    const [bytes = Buffer.allocUnsafeSlow(length)] = spare === -1 ? [] : spares.splice(spare, 1);
    return bytes;
  }
}
