import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { everySecond, untilBeat, untilTurn } from "./beat.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("nodes that have something to say at different moments say it at the same one", () => {
  const moments = [1_700_000_000_001, 1_700_000_000_100, 1_700_000_000_199].map((now) => now + untilBeat(now));
  expect(new Set(moments)).toEqual(new Set([1_700_000_000_200]));
  expect(untilBeat(1_700_000_000_200)).toBe(200);
});

test("work is done once a second, each time on a beat, whenever it began", () => {
  vi.setSystemTime(1_700_000_000_037);
  const times: number[] = [];
  everySecond(() => times.push(Date.now() - 1_700_000_000_000));
  vi.advanceTimersByTime(3500);
  expect(times).toEqual([200, 1200, 2200, 3200]);
});

test("after the clock was set it finds back to its beat", () => {
  vi.setSystemTime(1_700_000_000_000);
  const times: number[] = [];
  everySecond(() => {
    times.push(Date.now() - 1_700_000_000_000);
    if (times.length === 1) vi.setSystemTime(Date.now() + 300);
  });
  vi.advanceTimersByTime(3000);
  expect(times).toEqual([200, 1500, 2200, 3200]);
});

test.each([
  ["on time", 5000, 1000],
  ["a thousandth too early", 4999, 1001],
  ["late by less than half a second", 5400, 600],
  ["late by more", 5700, 1300],
  ["with the clock set back by an hour and a bit", 5000 - 3_600_250, 1250],
])("the next turn of one that comes %s", (_, now, wait) => {
  expect(untilTurn(now, 2000)).toBe(wait);
});
