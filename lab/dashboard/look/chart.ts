import type { Glyphs } from "./glyphs.ts";

/** `fraction` (0–1) of `width` cells. */
export function bar(fraction: number, width: number, glyphs: Glyphs): { full: string; empty: string } {
  const { full, parts, empty } = glyphs.bar;
  const steps = parts.length + 1;
  const filled = Math.floor(Math.min(1, Math.max(0, fraction)) * width * steps);
  const rest = filled % steps;
  const drawn = full.repeat(Math.floor(filled / steps)) + (rest > 0 ? (parts[rest - 1] ?? "") : "");
  return { full: drawn, empty: empty.repeat(width - drawn.length) };
}

/** Dot bits of a braille cell, from the bottom up, left and right column (Unicode 2800). */
const LEFT = [0x40, 0x04, 0x02, 0x01];
const RIGHT = [0x80, 0x20, 0x10, 0x08];

/** Values that fit side by side in `columns`. */
export function chartCapacity(columns: number, glyphs: Glyphs): number {
  return glyphs.braille ? columns * 2 : columns;
}

/**
 * The area under `values`, the newest at the right edge, as rows from the top.
 * @param top value at the upper edge
 */
export function chart(
  values: readonly number[],
  { columns, rows, top, glyphs }: { columns: number; rows: number; top: number; glyphs: Glyphs },
): string[] {
  const capacity = chartCapacity(columns, glyphs);
  const shown = values.slice(-capacity);
  const padded = [...new Array<number>(capacity - shown.length).fill(0), ...shown];
  const steps = rows * 4;
  const heights = padded.map((value) =>
    value <= 0 || top <= 0 ? 0 : Math.max(1, Math.round((Math.min(value, top) / top) * steps)),
  );
  const drawRow = glyphs.braille ? brailleRow : (all: number[], floor: number) => blockRow(all, floor, glyphs);
  return Array.from({ length: rows }, (_, row) => drawRow(heights, (rows - 1 - row) * 4));
}

function brailleRow(heights: number[], floor: number): string {
  let row = "";
  for (let i = 0; i < heights.length; i += 2) {
    const bits = dots(heights[i] ?? 0, floor, LEFT) | dots(heights[i + 1] ?? 0, floor, RIGHT);
    row += bits === 0 ? " " : String.fromCodePoint(0x2800 + bits);
  }
  return row;
}

function dots(height: number, floor: number, column: readonly number[]): number {
  return column.reduce((bits, bit, i) => (height > floor + i ? bits | bit : bits), 0);
}

function blockRow(heights: number[], floor: number, glyphs: Glyphs): string {
  return heights
    .map((height) => {
      const filled = Math.min(4, Math.max(0, height - floor));
      return filled === 0 ? " " : (glyphs.shades[filled] ?? " ");
    })
    .join("");
}
