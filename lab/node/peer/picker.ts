import type { Strategy } from "../../api/words.ts";

/** Which piece to begin next: knows how many connected peers hold each piece that is still to be begun. */
export interface Picker {
  /** Connected peers that hold it. */
  availability(piece: number): number;
  gained(piece: number): void;
  lost(piece: number): void;
  /** A piece to begin that `has` says yes to: the rarest, or the first in order. It stays until it is taken. */
  next(strategy: Strategy, has: (piece: number) => boolean): number | undefined;
  /** It was begun, or is there: not offered any more. */
  take(piece: number): void;
  /** It has to be begun again. */
  putBack(piece: number): void;
  /** Pieces that are to be begun. */
  readonly size: number;
}

/**
 * Pieces to begin in one array, sorted by availability: equal ones lie side by side in a bucket, so that a piece moves to
 * the next bucket by one swap and the rarest is found without a search. The order within a bucket is random, as peers
 * that all take the same of equally rare pieces would have nothing to give each other.
 */
export function createPicker(pieceCount: number, random: () => number = Math.random): Picker {
  const held = new Uint32Array(pieceCount);
  const order: number[] = [];
  /** Where a piece lies in `order`; -1 where it does not. */
  const place = new Int32Array(pieceCount).fill(-1);
  /** `ends[a]`: where the bucket of availability `a` ends, which is where the next one begins. */
  const ends: number[] = [0];
  /** No piece before this one is to be begun. */
  let first = 0;
  for (let piece = 0; piece < pieceCount; piece += 1) putBack(piece);

  return {
    get size() {
      return order.length;
    },
    availability: (piece) => held[piece] ?? 0,
    gained(piece) {
      const bucket = heldBy(piece);
      held[piece] = bucket + 1;
      if (place[piece] === -1) return;
      swap(piece, endOf(bucket) - 1);
      ends[bucket] = endOf(bucket) - 1;
      if (ends.length === bucket + 1) ends.push(order.length);
      shuffleIn(piece);
    },
    lost(piece) {
      const bucket = heldBy(piece);
      if (bucket === 0) return;
      held[piece] = bucket - 1;
      if (place[piece] === -1) return;
      swap(piece, startOf(bucket));
      ends[bucket - 1] = startOf(bucket) + 1;
      shuffleIn(piece);
    },
    next: (strategy, has) => (strategy === "rarest" ? rarest(has) : inOrder(has)),
    take: remove,
    putBack,
  };

  function rarest(has: (piece: number) => boolean): number | undefined {
    return order.find(has);
  }

  function inOrder(has: (piece: number) => boolean): number | undefined {
    while (first < pieceCount && place[first] === -1) first += 1;
    for (let piece = first; piece < pieceCount; piece += 1) if (place[piece] !== -1 && has(piece)) return piece;
    return undefined;
  }

  function putBack(piece: number): void {
    if (place[piece] !== -1) return;
    first = Math.min(first, piece);
    insert(piece);
  }

  /** Makes room at the end of its bucket: each later one gives its first place and gets the one behind its last. */
  function insert(piece: number): void {
    const bucket = heldBy(piece);
    while (ends.length <= bucket) ends.push(order.length);
    let hole = order.length;
    for (let later = ends.length - 1; later > bucket; later -= 1) {
      hole = move(startOf(later), hole);
      ends[later] = endOf(later) + 1;
    }
    ends[bucket] = endOf(bucket) + 1;
    put(piece, hole);
    shuffleIn(piece);
  }

  /** The last of its bucket takes its place, and the last of each later one the place that is free then. */
  function remove(piece: number): void {
    let hole = placeOf(piece);
    if (hole === -1) return;
    for (let bucket = heldBy(piece); bucket < ends.length; bucket += 1) {
      hole = move(endOf(bucket) - 1, hole);
      ends[bucket] = endOf(bucket) - 1;
    }
    order.pop();
    place[piece] = -1;
  }

  function shuffleIn(piece: number): void {
    const start = startOf(heldBy(piece));
    swap(piece, start + Math.floor(random() * (endOf(heldBy(piece)) - start)));
  }

  function swap(piece: number, target: number): void {
    const at = placeOf(piece);
    put(order[target] ?? piece, at);
    put(piece, target);
  }

  /** Fills a hole from elsewhere. @returns where there is one now. */
  function move(from: number, hole: number): number {
    const piece = order[from];
    if (piece !== undefined && from !== hole) put(piece, hole);
    return from;
  }

  function put(piece: number, at: number): void {
    order[at] = piece;
    place[piece] = at;
  }

  function placeOf(piece: number): number {
    return place[piece] ?? -1;
  }

  function heldBy(piece: number): number {
    return held[piece] ?? 0;
  }

  function startOf(bucket: number): number {
    return bucket === 0 ? 0 : endOf(bucket - 1);
  }

  function endOf(bucket: number): number {
    return ends[bucket] ?? 0;
  }
}
