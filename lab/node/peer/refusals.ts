import { type Connection, HOLDS } from "./connection.ts";

/** For this long a piece is not asked for again where it was refused: at once it would be refused at once (BEP 6). */
const REFUSED_MS = 15_000;

/** A piece that a peer says it has and would not send, and when: milliseconds of `performance.now()`. */
export interface Refusal {
  readonly piece: number;
  readonly at: number;
}

/** To be called for a rejected request, unless a choke took it back. */
export function noteRefusal({ has, refusals }: Connection, piece: number): void {
  if (has[piece] !== HOLDS.yes) return;
  has[piece] = HOLDS.back;
  refusals.push({ piece, at: performance.now() });
}

/** Not for good: a peer may refuse what it is too busy for, and never says that it has the piece a second time. */
export function forgetRefusals({ has, refusals }: Connection): void {
  const before = performance.now() - REFUSED_MS;
  for (let oldest = refusals[0]; oldest && oldest.at <= before; oldest = refusals[0]) {
    refusals.shift();
    if (has[oldest.piece] === HOLDS.back) has[oldest.piece] = HOLDS.yes;
  }
}
