import { expect, test } from "vitest";
import { bar, chart, chartCapacity } from "./chart.ts";
import { asciiGlyphs, unicodeGlyphs } from "./glyphs.ts";

test("a bar shows eighths, is full only at one and empty only at nothing", () => {
  expect(bar(0, 4, unicodeGlyphs)).toEqual({ full: "", empty: "░░░░" });
  expect(bar(0.5, 4, unicodeGlyphs)).toEqual({ full: "██", empty: "░░" });
  expect(bar(0.999, 4, unicodeGlyphs)).toEqual({ full: "███▉", empty: "" });
  expect(bar(1, 4, unicodeGlyphs)).toEqual({ full: "████", empty: "" });
  expect(bar(7, 4, unicodeGlyphs).full).toBe("████");
  expect(bar(0.5, 4, asciiGlyphs)).toEqual({ full: "##", empty: ".." });
});

test("a braille chart puts two values into a cell, the newest at the right edge", () => {
  const [top, bottom] = chart([4, 8], { columns: 2, rows: 2, top: 8, glyphs: unicodeGlyphs });
  expect(bottom).toBe(" ⣿");
  expect(top).toBe(" ⢸");
  expect(chartCapacity(2, unicodeGlyphs)).toBe(4);
});

test("a small value leaves a dot, nothing leaves none", () => {
  expect(chart([0, 0.001], { columns: 1, rows: 1, top: 100, glyphs: unicodeGlyphs })).toEqual(["⢀"]);
  expect(chart([0, 0], { columns: 1, rows: 1, top: 100, glyphs: unicodeGlyphs })).toEqual([" "]);
  expect(chart([], { columns: 3, rows: 1, top: 1, glyphs: unicodeGlyphs })).toEqual(["   "]);
});

test("without braille one value takes one cell of blocks", () => {
  expect(chart([1, 4], { columns: 3, rows: 1, top: 4, glyphs: asciiGlyphs })).toEqual([" :#"]);
});
