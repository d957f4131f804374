import { hasPiece, type Pieces } from "../../swarm/pieces.ts";
import type { Glyphs } from "../look/glyphs.ts";
import type { Span } from "../look/line.ts";
import type { Tone } from "../look/tones.ts";

/** How a torrent's pieces lie in a row of cells: several pieces a cell, or several cells a piece. */
export interface Cells {
  readonly count: number;
  readonly pieces: number;
  /** First piece of a cell; the one after the last is `from(cell + 1)`, at least one more. */
  readonly from: (cell: number) => number;
  readonly to: (cell: number) => number;
}

/** At the most so many cells wide is one piece. */
const WIDEST = 3;

/** Pieces in at most `width` cells, all cells alike as far as the numbers allow. */
export function cellsFor(pieces: number, width: number): Cells {
  if (pieces === 0 || width <= 0) return { count: 0, pieces, from: () => 0, to: () => 0 };
  const across = Math.min(WIDEST, Math.max(1, Math.floor(width / pieces)));
  const count = pieces <= width ? pieces * across : width;
  const share = pieces / count;
  const from = (cell: number) => (pieces <= width ? Math.floor(cell / across) : Math.floor(cell * share));
  const to = (cell: number) =>
    pieces <= width ? from(cell) + 1 : Math.max(from(cell) + 1, Math.floor((cell + 1) * share));
  return { count, pieces, from, to };
}

/** A peer's pieces, shaded by the share of each cell; cells with a piece of `fresh` are marked. */
export function pieceCells(
  cells: Cells,
  pieces: Pieces,
  fresh: ReadonlySet<number>,
  tone: Tone,
  glyphs: Glyphs,
): Span[] {
  const spans: Span[] = [];
  for (let cell = 0; cell < cells.count; cell += 1) {
    let held = 0;
    let marked = false;
    for (let piece = cells.from(cell); piece < cells.to(cell); piece += 1) {
      if (hasPiece(pieces, piece)) held += 1;
      if (fresh.has(piece)) marked = true;
    }
    const share = held / (cells.to(cell) - cells.from(cell));
    if (marked) spans.push([glyphs.fresh, "fresh"]);
    else spans.push([shade(share, glyphs), share === 0 ? "quiet" : tone]);
  }
  return spans;
}

/** Full only when whole, empty only when nothing is there. */
export function shade(share: number, glyphs: Glyphs): string {
  if (share >= 1) return glyphs.shades[4];
  if (share <= 0) return glyphs.shades[0];
  return glyphs.shades[Math.min(3, 1 + Math.floor(share * 3))] ?? glyphs.shades[1];
}

/** The least number of holders in each cell. */
export function leastHolders(cells: Cells, holders: readonly number[]): number[] {
  return Array.from({ length: cells.count }, (_, cell) =>
    holders
      .slice(cells.from(cell), cells.to(cell))
      .reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY),
  );
}

/** Numbers of pieces above the cells, as many as have room. */
export function scale(cells: Cells): string {
  let text = "";
  for (let cell = 0; cell < cells.count; cell += 1) {
    const due = cell === 0 || (cell % 8 === 0 && cell >= text.length + 2);
    const label = String(cells.from(cell));
    if (due && cell + label.length <= cells.count) text = text.padEnd(cell) + label;
  }
  return text.padEnd(cells.count);
}
