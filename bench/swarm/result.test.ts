import { expect, test } from "vitest";
import { findingsOf, type SwarmRun } from "./result.ts";
import { boundOf, shapeOf } from "./shape.ts";

const settings = {
  size: "4MiB",
  pieceLength: "64KiB",
  seeder: "1MiB/s",
  leechers: "2 x 1MiB/s",
  anchors: "",
  patience: 60,
};
const shape = shapeOf(settings);
const quiet = { busiestNode: { name: "leecher-1", load: 0.2 }, machine: 0.5 };
const good: SwarmRun = { completions: [5, 8], seedUploaded: 6 << 20, wasted: 1 << 20, cpuSeconds: 3, strain: quiet };

function told(run: SwarmRun): unknown {
  const all = findingsOf("lab", shape, run).map((one) => (one.kind === "value" ? [one.metric, one.value] : one.reason));
  return all.length === 1 ? all[0] : Object.fromEntries(all as [string, number][]);
}

test("a shape is read from text that people write", () => {
  expect(shapeOf({ ...settings, leechers: "1 x 512KiB/s, 2 x 2MiB/s" }).leechers).toEqual([524288, 2097152, 2097152]);
  expect(shapeOf({ ...settings, seeder: "unlimited" }).seeder).toBe(Number.POSITIVE_INFINITY);
  expect(() => shapeOf({ ...settings, seeder: "fast" })).toThrow("not a size or rate");
});

test("the bound is the seeder's, or that of all uplinks together", () => {
  expect(boundOf(shape)).toBe(4);
  expect(boundOf(shapeOf({ ...settings, leechers: "8 x 512KiB/s" }))).toBe(6.4);
});

test("a swarm is told by its efficiency, its times, and what was sent in vain", () => {
  expect(told(good)).toEqual({ efficiency: 0.5, last: 8, mean: 6.5, spread: 3, "seed copies": 1.5, wasted: 0.125 });
  const silent = { ...good, seedUploaded: null, wasted: null };
  expect(told(silent)).toEqual({ efficiency: 0.5, last: 8, mean: 6.5, spread: 3 });
});

test("a swarm that measured the processor is void, with the figure that does not count", () => {
  expect(told({ ...good, strain: { ...quiet, busiestNode: { name: "leecher-1", load: 0.71 } } })).toBe(
    "leecher-1 was 71 % busy (at most 70 %); efficiency would be 0.50",
  );
  expect(told({ ...good, strain: { busiestNode: null, machine: 0.81 } })).toMatch("the machine was 81 % busy");
  expect(told({ ...good, strain: { busiestNode: { name: "x", load: 0.7 }, machine: 0.8 } })).toHaveProperty("last");
});

test("a swarm that did not complete is void", () => {
  expect(told({ ...good, completions: [5, null] })).toBe("1 of 2 leechers did not complete");
});
