import { expect, test } from "vitest";
import { createRateMeter } from "./rate-meter.ts";

test("says what came a second, over the last half to whole second", () => {
  let now = 0;
  const meter = createRateMeter(() => now);
  for (; now < 3000; now += 10) meter.add(10_000);
  expect(meter.bytesPerSecond()).toBeCloseTo(1_000_000, -4);
});

test("forgets what came more than a second ago", () => {
  let now = 0;
  const meter = createRateMeter(() => now);
  meter.add(1_000_000);
  now = 1000;
  expect(meter.bytesPerSecond()).toBe(0);
});
