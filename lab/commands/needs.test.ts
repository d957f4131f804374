import { expect, test } from "vitest";
import { openBench } from "../runtime/contract-lab.ts";
import { crowding, hasRoom, moreNeighbours, needsOf } from "./needs.ts";

const MIB = 1024 ** 2;
const torrent = {
  name: "a",
  source: "a",
  infoHash: "a".repeat(40),
  length: 100 * MIB,
  pieceLength: MIB,
  pieceCount: 100,
};

test("a lab needs memory a node, a copy on the disk a leecher, and neighbours as containers only", async () => {
  using bench = await openBench("docker");
  const plan = bench.plan("needs", ["leecher-1", "leecher-2"]);
  const peers = plan.run.peers.map((peer) =>
    peer.role === "leecher" ? { ...peer, fetches: [torrent.infoHash] } : peer,
  );
  const full = { ...plan, run: { ...plan.run, peers, torrents: [torrent] } };
  const needs = needsOf(full);
  expect(needs).toMatchObject({ nodes: 5, disk: 200 * MIB, downloaders: 2, neighbours: 20 });
  expect(needsOf({ ...full, runtime: "process" }).neighbours).toBe(0);

  const inMemory = { ...full, nodes: full.nodes.map((node) => ({ ...node, storage: "memory" as const })) };
  expect(needsOf(inMemory)).toMatchObject({ disk: 0, downloaders: 0, memory: needs.memory + 200 * MIB });
});

test("a change needs what it adds: nodes that start, and what nodes that stay have yet to download", async () => {
  using bench = await openBench("docker");
  const planOf = (leechers: string[], torrents: (typeof torrent)[]) => {
    const plan = bench.plan("needs", leechers);
    const fetches = torrents.map(({ infoHash }) => infoHash);
    const peers = plan.run.peers.map((peer) => (peer.role === "leecher" ? { ...peer, fetches } : peer));
    return { ...plan, run: { ...plan.run, peers, torrents } };
  };
  const more = { ...torrent, source: "b", infoHash: "b".repeat(40), length: MIB };
  const before = planOf(["leecher-1", "leecher-2"], [torrent]);
  const nothing = { nodes: 0, memory: 0, disk: 0, downloaders: 0, neighbours: 0 };
  expect(needsOf(before, before)).toEqual(nothing);
  expect(needsOf(planOf(["leecher-1"], [torrent]), before)).toEqual(nothing);
  expect(needsOf(planOf(["leecher-1", "leecher-2"], [torrent, more]), before)).toEqual({
    ...nothing,
    disk: 2 * MIB,
    downloaders: 2,
  });
  expect(needsOf(planOf(["leecher-1", "leecher-2", "leecher-3"], [torrent]), before)).toEqual({
    nodes: 1,
    memory: needsOf(before).memory / 5,
    disk: 100 * MIB,
    downloaders: 1,
    neighbours: 30,
  });
});

test("other content of the same name and size is a download anew; before it was hashed it is taken for the same", async () => {
  using bench = await openBench("docker");
  const planOf = (infoHash: string, run: string) => {
    const plan = bench.plan("edited", ["leecher-1"], run);
    const peers = plan.run.peers.map((peer) => (peer.role === "leecher" ? { ...peer, fetches: [infoHash] } : peer));
    return { ...plan, run: { ...plan.run, peers, torrents: [{ ...torrent, infoHash }] } };
  };
  const before = planOf("a".repeat(40), "r1");
  expect(needsOf(planOf("b".repeat(40), "r1"), before)).toMatchObject({ disk: 100 * MIB, downloaders: 1 });
  expect(needsOf(planOf("0".repeat(40), "rough"), before)).toMatchObject({ disk: 0, downloaders: 0 });
});

test("a table of neighbours holds half of its limit, and the limit that repairs it is enough", () => {
  expect([512, 513, 4096, 4097].map((needed) => crowding(needed, 1024))).toEqual(["none", "slow", "slow", "hopeless"]);
  const limit = Number(/gc_thresh3=(\d+)$/.exec(moreNeighbours(9900))?.[1]);
  expect(crowding(9900, limit)).toBe("none");
});

test("something is left for others", () => {
  expect(hasRoom("memory", 100 * MIB, 228 * MIB)).toBe(true);
  expect(hasRoom("memory", 100 * MIB, 227 * MIB)).toBe(false);
});
