import { expect, test } from "vitest";
import { sentence } from "../../swarm/sentence.ts";
import { takeLine } from "../data/feed.ts";
import type { Scene } from "../data/scene.ts";
import { feedAfter, pictureOf, sceneOf, textOf } from "../testing.fixture.ts";

const at80 = { columns: 80, rows: 23 };

test("at 80 columns every tab is whole beside a long name, and beside several torrents", () => {
  const long = feedAfter(12, { torrents: ["a very long name of a film that somebody shares.mkv"] });
  const tabs = (scene: Scene) => textOf(pictureOf(scene, at80)).split("\n")[3] ?? "";
  expect(tabs(sceneOf(long))).toMatch(/ 6 Events {2}7 Rates {2} ?a very long… $/);
  expect(tabs(sceneOf(feedAfter(12, { torrents: ["one", "two", "three", "four", "five", "six", "seven"] })))).toMatch(
    / 6 Events {2}7 Rates .* 7 torrents $/,
  );
});

test("a tracker that does not run is said to have stopped, with no counts that would mean nothing", () => {
  const own = feedAfter(20);
  takeLine(own, { v: 1, run: "run-1", seq: 9000, t: 20, node: "tracker", type: "node", state: "stopped" }, sentence);
  const lines = pictureOf(sceneOf(own, { view: "tracker" }), at80).lines;
  const text = textOf({ lines });
  expect(text.split("\n")[1]).toMatch(/^ ■ tracker stopped +↓/);
  expect(text.split("\n")[4]).toMatch(/■ bittorrent-tracker {2}tracker stopped {2}http/);
  expect(lines[1]).toContainEqual(["tracker stopped", "warn", false]);
});

test("cuts are named until they are healed", () => {
  const own = feedAfter(20);
  own.model.cuts.push([["seeder-1"], ["leecher-1", "leecher-2"]]);
  const first = () => textOf(pictureOf(sceneOf(own), { columns: 120, rows: 39 })).split("\n")[0];
  expect(first()).toContain("20s  cut: seeder-1 | leecher-1, leecher-2");
  own.model.cuts = [];
  expect(first()).not.toContain("cut");
});

test("a stall of a torrent that is not shown has its reason and its name", () => {
  const own = feedAfter(20, { torrents: ["one", "two"] });
  const [first, second] = Object.values(own.model.torrents);
  if (!first || !second) throw new Error("there are not two torrents");
  const seeder = { v: 1, run: "run-1", seq: 9000, t: 20, node: "seeder-1", type: "node", state: "stopped" } as const;
  takeLine(own, seeder, sentence);
  first.missingSince = null;
  const header = (torrent: string) =>
    textOf(pictureOf({ ...sceneOf(own, { torrent }), now: 60 }, { columns: 160, rows: 39 })).split("\n")[0];
  expect(header(first.info.source)).toMatch(/ stalled .* two: nobody has pieces/);
  expect(header(second.info.source)).toMatch(/ stalled .* {2}nobody has pieces/);
});
