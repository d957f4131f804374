import type { Point, Size } from "../draw/pen.ts";
import type { PieceGrid } from "./grid.ts";

/** Where the parts of the figure are, in pixels. */
export interface PieceLayout {
  readonly left: number;
  readonly top: number;
  readonly bars: { readonly top: number; readonly height: number };
  readonly cell: Size;
  readonly rows: number;
}

const LABEL = 108;
const RIGHT = 14;

/** Columns that fit when a cell should be at least two pixels wide. */
export function roomForColumns({ width }: Size, scale: number): number {
  return Math.max(16, Math.floor((width - labelWidth(width, scale) - RIGHT) / 2));
}

export function layoutOf({ columns, rows }: PieceGrid, size: Size, scale: number): PieceLayout {
  const left = labelWidth(size.width, scale);
  const barHeight = Math.min(170 * scale, size.height * 0.26);
  const top = barHeight + 46 * scale;
  const room = Math.max(40, size.height - top - 26 * scale);
  const height = Math.min(72 * scale, room / Math.max(rows.length, 1));
  const cell = { width: (size.width - left - RIGHT) / Math.max(columns.length, 1), height };
  return { left, top, bars: { top: 26 * scale, height: barHeight }, cell, rows: rows.length };
}

/** The cell under a point. */
export function cellAt(
  { left, top, cell, rows, bars }: PieceLayout,
  { x, y }: Point,
): { column: number; row: number } | undefined {
  const column = Math.floor((x - left) / cell.width);
  const row = Math.floor((y - top) / cell.height);
  if (x < left || y < bars.top || row >= rows) return undefined;
  return { column, row: y < top ? -1 : row };
}

function labelWidth(width: number, scale: number): number {
  return Math.min(LABEL * scale, width * 0.24);
}
