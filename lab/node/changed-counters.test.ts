import { expect, test } from "vitest";
import type { ConnectionSample, Sample } from "../api/facts.ts";
import { changedCounters } from "./changed-counters.ts";

test("few connections are told in every sample", () => {
  const counters = changedCounters();
  expect(told(counters, sample([row(1)], []))).toEqual({ a: 1, b: 0 });
  expect(told(counters, sample([row(1)], [row(2)]))).toEqual({ a: 1, b: 1 });
});

test("where many move, torrents take turns, and two samples have each connection once with its newest counters", () => {
  const counters = changedCounters();
  told(counters, sample(many(1), many(1)));
  const pairs = [2, 3, 4, 5].map((count) => told(counters, sample(many(count), many(count))));
  expect(pairs).toEqual([{ a: 50 }, { b: 50 }, { a: 50 }, { b: 50 }]);
  const [first] = counters.since(sample(many(6), [])).torrents[0]?.peers ?? [];
  expect(first).toEqual(["peer-0", 6, 0, "D"]);
});

test("the first sample after a hello has all, however many", () => {
  const counters = changedCounters();
  told(counters, sample(many(1), many(1)));
  counters.forget();
  expect(told(counters, sample(many(1), many(1)))).toEqual({ a: 50, b: 50 });
});

test("what could not be sent comes with the next sample", () => {
  const counters = changedCounters();
  told(counters, sample([], []));
  counters.hold(sample([row(1)], []));
  expect(told(counters, sample([], []))).toEqual({ a: 1 });
});

test("a torrent that went away and comes back is told again, though it says nothing new", () => {
  const counters = changedCounters();
  told(counters, sample([], []));
  expect(told(counters, { ...sample([], []), torrents: sample([], []).torrents.slice(1) })).toEqual({});
  expect(told(counters, sample([], []))).toEqual({ a: 0 });
});

test("a torrent that says nothing new is left out", () => {
  const counters = changedCounters();
  told(counters, sample([], []));
  expect(told(counters, sample([], [row(1)]))).toEqual({ b: 1 });
  expect(told(counters, sample([], []))).toEqual({});
});

function told(counters: ReturnType<typeof changedCounters>, sample: Sample): Record<string, number> {
  const { torrents } = counters.since(sample);
  return Object.fromEntries(torrents.map(({ torrent, peers }) => [torrent, peers.length]));
}

function sample(a: ConnectionSample[], b: ConnectionSample[]): Sample {
  const totals = { downloaded: 0, uploaded: 0, wasted: 0, left: 0, connected: 1 };
  const torrents = [
    { torrent: "a", ...totals, peers: a },
    { torrent: "b", ...totals, peers: b },
  ];
  return { type: "sample", memory: null, load: 0, torrents };
}

const row = (downloaded: number, peer = "peer"): ConnectionSample => [peer, downloaded, 0, "D"];
const many = (downloaded: number) => Array.from({ length: 50 }, (_, i) => row(downloaded, `peer-${i}`));
