import { expect, test } from "vitest";
import { unicodeGlyphs } from "../look/glyphs.ts";
import type { Phase } from "../options.ts";
import { textOf } from "../testing.fixture.ts";
import { notePhase, phasesScreen } from "./phases.ts";

const steps = (
  [
    { phase: "build", subject: "image", done: false },
    { phase: "build", subject: "image", done: true },
    { phase: "start", subject: "tracker", done: true },
    { phase: "start", subject: "seeder-1", done: false, detail: "\u001b[2Jslow" },
  ] satisfies Phase[]
).reduce<Phase[]>(notePhase, []);

test("a later word about the same thing takes the place of the earlier one", () => {
  expect(steps).toHaveLength(3);
});

test("shows a bar a phase and the newest steps, with nothing of what others wrote unescaped", () => {
  const text = textOf({
    lines: phasesScreen({ title: "demo is starting", steps, elapsed: 3 }, unicodeGlyphs, { columns: 60, rows: 10 }),
  });
  expect(text).toContain(" demo is starting  3.0s");
  expect(text).toMatch(/built +█{20} 1 of 1/);
  expect(text).toMatch(/starting +█{10}░{10} 1 of 2/);
  expect(text).toContain("◆ started tracker");
  expect(text).toContain("░ starting seeder-1  \\u{1b}[2Jslow");
});

test("fits any height", () => {
  for (const rows of [1, 2, 3, 5]) {
    expect(
      phasesScreen({ title: "t", steps, elapsed: 0 }, unicodeGlyphs, { columns: 20, rows }).length,
    ).toBeLessThanOrEqual(rows);
  }
});
