import { expect, test } from "vitest";
import { film, series, smallOneWhole } from "./journal.fixture.ts";
import { progressOf } from "./progress.ts";
import { toStatus } from "./status.ts";

test("progress is a share of bytes: a small torrent weighs less than a large one of as many pieces", () => {
  const { model } = smallOneWhole();
  const status = toStatus(model, { now: 1, controllerUrl: null, connections: false });
  const torrents = status.nodes.find(({ name }) => name === "leecher-1")?.torrents ?? [];
  const lengths = [film.length, series.length];
  expect(torrents.map(({ progress, have }) => [progress, have])).toEqual([
    [1, 16],
    [0, 0],
  ]);
  const amounts = torrents.map(({ left }, i) => ({ left, length: lengths[i] ?? 0 }));
  expect(progressOf(amounts)).toBe(film.length / (film.length + series.length));
});

test("of no torrent there is nothing, and of one without a byte all; a tenth is a tenth", () => {
  expect(progressOf([])).toBe(0);
  expect(progressOf([{ left: 0, length: 0 }])).toBe(1);
  expect(progressOf([{ left: 9, length: 10 }])).toBe(0.1);
});
