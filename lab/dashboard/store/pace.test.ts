import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createPainter } from "./pace.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function counted() {
  let painted = 0;
  const painter = createPainter(() => (painted += 1), { news: 250, key: 100 });
  return { painter, painted: () => painted };
}

test("a flood of news is painted at once and then four times a second", () => {
  const { painter, painted } = counted();
  for (let ms = 0; ms < 1000; ms += 5) {
    painter.request("news");
    vi.advanceTimersByTime(5);
  }
  expect(painted()).toBe(1 + 4);
});

test("the first key is painted at once, and a held one ten times a second", () => {
  const { painter, painted } = counted();
  painter.request("key");
  vi.advanceTimersByTime(1);
  expect(painted()).toBe(1);
  for (let ms = 0; ms < 1000; ms += 5) {
    painter.request("key");
    vi.advanceTimersByTime(5);
  }
  expect(painted()).toBe(1 + 10);
});

test("a key does not wait for news that is due later", () => {
  const { painter, painted } = counted();
  painter.request("news");
  vi.advanceTimersByTime(1);
  painter.request("news");
  vi.advanceTimersByTime(99);
  painter.request("key");
  vi.advanceTimersByTime(1);
  expect(painted()).toBe(2);
});

test("nothing is painted after the end", () => {
  const { painter, painted } = counted();
  painter.request("news");
  painter[Symbol.dispose]();
  painter.request("key");
  vi.advanceTimersByTime(1000);
  expect(painted()).toBe(0);
});
