import { expect, test } from "vitest";
import { HASH, journal, series, smallOneWhole } from "../../swarm/journal.fixture.ts";
import { progressLines } from "./progress.ts";

test("a step is told by bytes: a small torrent that is whole is no half of all", () => {
  const lab = smallOneWhole();
  const progress = progressLines();
  expect(progress(lab.model, "leecher-1")).toEqual([]);
  lab.add("leecher-1", { type: "torrent", torrent: series.infoHash, state: "downloading", bitfield: "f800" });
  expect(progress(lab.model, "leecher-1")).toEqual(["leecher-1 has 35 %, ↓ 0 B/s ↑ 0 B/s"]);
});

test("what is no longer shared does not count for what took its place", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  const progress = progressLines();
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  expect(progress(lab.model, "leecher-1")).toEqual([expect.stringContaining("has 100 %")]);
  lab.add("controller", { type: "torrent-retired", torrent: HASH });
  lab.replan(({ nodes }) => ({
    torrents: [series],
    nodes: nodes.map((node) => (node.node === "leecher-1" ? { ...node, fetches: [series.infoHash] } : node)),
  }));
  expect(progress(lab.model, "leecher-1")).toEqual([]);
  lab.add("leecher-1", { type: "torrent", torrent: series.infoHash, state: "downloading", bitfield: "f000" });
  expect(progress(lab.model, "leecher-1")).toEqual([expect.stringContaining("has 25 %")]);
});
