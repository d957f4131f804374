import { expect, test } from "vitest";
import { createPlayhead } from "./playhead.ts";

/** A playhead on a clock that moves when it is told to. */
function playheadAt(speed: number) {
  let ms = 1000;
  const playhead = createPlayhead(speed, () => ms);
  return { playhead, pass: (more: number) => (ms += more) };
}

test("a replay at four times the speed is eight seconds on after two", () => {
  const { playhead, pass } = playheadAt(4);
  playhead.jump(10);
  pass(2000);
  expect(playhead.now).toBe(18);
  expect(playhead.until(20)).toBe(500);
  expect(playhead.until(3)).toBe(0);
});

test("while it is paused time stands still, and it goes on where it was", () => {
  const { playhead, pass } = playheadAt(0.5);
  pass(2000);
  expect(playhead.toggle()).toBe(true);
  pass(60_000);
  expect(playhead.now).toBe(1);
  expect(playhead.until(1.5)).toBe(Number.POSITIVE_INFINITY);
  expect(playhead.toggle()).toBe(false);
  pass(1000);
  expect(playhead.now).toBe(1.5);
});
