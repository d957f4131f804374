import { expect, test } from "vitest";
import type { JournalLine } from "../../api/journal.ts";
import { emptyModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";
import { fakeLines, smallSwarm } from "../fake-swarm.fixture.ts";
import { feedAfter, sceneOf } from "../testing.fixture.ts";
import { chokesOf, newFeed, takeLine, takeSnapshot } from "./feed.ts";
import { ratesOf } from "./rates.ts";

const lines = fakeLines(smallSwarm, 20);

function lineAt(t: number, body: object): JournalLine {
  return { v: 1, run: "run-1", seq: 9999, t, node: "leecher-1", ...body } as JournalLine;
}

test("notes the rates of the swarm and of each peer once a second", () => {
  const feed = feedAfter(20);
  const swarm = ratesOf(feed.rates, null, null);
  expect(swarm.down.length).toBeGreaterThan(18);
  expect(swarm.down.length).toBeLessThan(22);
  const seeder = ratesOf(feed.rates, null, "seeder-1");
  expect(seeder.up.at(-1)).toBeGreaterThan(1.5 * 2 ** 20);
  expect(seeder.down.at(-1)).toBe(0);
  expect(ratesOf(feed.rates, null, "nobody").up).toEqual([]);
});

test("a silence leaves a gap of its own length in the rates", () => {
  const feed = feedAfter(5);
  const before = ratesOf(feed.rates, null, null).down.length;
  takeLine(feed, lineAt(11, { type: "sample", memory: null, load: 0, torrents: [] }), sentence);
  expect(ratesOf(feed.rates, null, null).down.length - before).toBe(
    11 - Math.floor(lines.filter(({ t }) => t <= 5).at(-1)?.t ?? 0),
  );
});

test("tells what happened, but neither counters nor every choke", () => {
  const { stories } = feedAfter(20);
  expect(stories.some(({ text }) => text.includes("completed piece"))).toBe(true);
  expect(stories.some(({ text }) => text.includes("choke"))).toBe(false);
});

test("a marker stays told while thousands of pieces are completed, of which the newest stay", () => {
  const feed = feedAfter(5);
  const hash = Object.keys(feed.model.torrents)[0] ?? "";
  const seq = feed.model.seq;
  takeLine(feed, { ...lineAt(5, { type: "mark", text: "look at this" }), seq: seq + 1 }, sentence);
  const have = { type: "have", torrent: hash, piece: 3, from: [] };
  for (let i = 2; i < 9000; i += 1) takeLine(feed, { ...lineAt(6, have), seq: seq + i }, sentence);
  expect(feed.stories.some(({ kind }) => kind === "mark")).toBe(true);
  expect(feed.stories.some(({ text }) => text.includes("said hello"))).toBe(true);
  expect(feed.stories.length).toBeLessThan(6000);
  const told = feed.stories.map((story) => story.seq);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.slice(-1000)).toEqual(Array.from({ length: 1000 }, (_, i) => seq + 8000 + i));
});

test("announces have a feed of their own", () => {
  const { announces } = feedAfter(20);
  expect(announces[0]?.text).toMatch(/http announce started .*seeder-1/);
});

test("keeps the choke events of each peer, also those that came with a snapshot", () => {
  const full = feedAfter(20);
  const hash = Object.keys(full.model.torrents)[0] ?? "";
  const seen = chokesOf(full, hash, "seeder-1");
  expect(seen.length).toBeGreaterThan(0);
  const attached = newFeed();
  takeSnapshot(attached, structuredClone(full.model));
  expect(chokesOf(attached, hash, "seeder-1")).toEqual(seen);
});

test("an optimistic slot that became a regular one without a word is noted with the next sample", () => {
  const feed = feedAfter(2);
  const torrent = Object.keys(feed.model.torrents)[0] ?? "";
  const about = { torrent, peer: "leecher-2" };
  takeLine(feed, lineAt(3, { type: "unchoke", ...about, optimistic: true }), sentence);
  const counters = { torrent, downloaded: 0, uploaded: 0, wasted: 0, left: 0, connected: 1 };
  const sample = (flags: string) => ({ ...counters, peers: [["leecher-2", 0, 0, flags]] });
  takeLine(feed, lineAt(4, { type: "sample", memory: null, load: 0, torrents: [sample("U")] }), sentence);
  expect(chokesOf(feed, torrent, "leecher-1").slice(-2)).toEqual([
    { t: 3, peer: "leecher-2", type: "optimistic" },
    { t: 4, peer: "leecher-2", type: "unchoke" },
  ]);
});

test("a snapshot of the same run keeps what was told, one of another run forgets it", () => {
  const feed = feedAfter(10);
  const told = feed.stories.length;
  takeSnapshot(feed, structuredClone(feed.model));
  expect(feed.stories.length).toBe(told);
  takeSnapshot(feed, emptyModel());
  expect(feed.stories.length).toBe(0);
});

test("of a node that is gone no rates and no choke events are kept, of the others all are", () => {
  const feed = feedAfter(10);
  const hash = Object.keys(feed.model.torrents)[0] ?? "";
  const [before, run] = [ratesOf(feed.rates, null, null).down.length, lines.find(({ type }) => type === "run")];
  if (run?.type !== "run") throw new Error("the swarm has no run line");
  takeLine(feed, lineAt(10, { type: "choke", torrent: hash, peer: "leecher-2" }), sentence);
  expect(chokesOf(feed, hash, "leecher-1")).not.toEqual([]);
  const nodes = run.nodes.filter(({ node }) => node !== "leecher-1");
  takeLine(feed, { ...run, seq: 9998, t: feed.model.t, nodes }, sentence);
  takeLine(feed, lineAt(11, { type: "sample", memory: null, load: 0, torrents: [] }), sentence);
  expect(chokesOf(feed, hash, "leecher-1")).toEqual([]);
  expect([...feed.rates.series.keys()].filter((key) => key.endsWith(" leecher-1"))).toEqual([]);
  expect(ratesOf(feed.rates, null, null).down.length).toBeGreaterThanOrEqual(before);
  expect(ratesOf(feed.rates, null, "leecher-2").down.length).toBeGreaterThan(8);
});

test("escapes what others wrote before it is kept", () => {
  const feed = feedAfter(2);
  takeLine(feed, lineAt(3, { type: "mark", text: "\u001b]0;evil\u0007" }), (line) =>
    line.type === "mark" ? line.text : "",
  );
  expect(feed.stories.at(-1)?.text).toBe("\\u{1b}]0;evil\\u{7}");
});

test("peers are sorted by name as people count, seeders first, or by the largest number", () => {
  const feed = feedAfter(20, { leechers: 11 });
  expect(
    sceneOf(feed)
      .peers.map(({ name }) => name)
      .slice(0, 3),
  ).toEqual(["seeder-1", "leecher-1", "leecher-2"]);
  const byUp = sceneOf(feed, {
    sort: { peers: { by: "up", reversed: false }, gave: { by: "giver", reversed: false } },
  });
  const rates = byUp.peers.map(({ up }) => up);
  expect(rates).toEqual([...rates].sort((a, b) => b - a));
});

test("the filter looks at name, state and client", () => {
  const feed = feedAfter(20);
  expect(sceneOf(feed, { filter: "SEEDER" }).peers.map(({ name }) => name)).toEqual(["seeder-1"]);
  expect(sceneOf(feed, { filter: "downloading" }).peers).toHaveLength(5);
  expect(sceneOf(feed, { filter: "torrent-lab" }).peers).toHaveLength(6);
});

test("a peer of several torrents is summed over the shown ones", () => {
  const feed = feedAfter(20, { torrents: ["one", "two"] });
  const both = sceneOf(feed).everybody.find(({ name }) => name === "leecher-1");
  const one = sceneOf(feed, { torrent: "one" }).everybody.find(({ name }) => name === "leecher-1");
  expect(both?.pieceCount).toBe(256);
  expect(one?.pieceCount).toBe(128);
  expect(both?.have).toBeGreaterThan(one?.have ?? 0);
});
