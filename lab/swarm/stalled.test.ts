import { expect, test } from "vitest";
import { availability, distributedCopies } from "./availability.ts";
import { HASH, journal, type TestJournal } from "./journal.fixture.ts";
import { labState } from "./lab-state.ts";
import { pieceList, stalled } from "./stalled.ts";

test("availability counts live nodes only, and copies are its minimum and the share above it", () => {
  const lab = swarm();
  expect(availability(lab.model, HASH).slice(2, 5)).toEqual([1, 2, 2]);
  expect(distributedCopies(availability(lab.model, HASH))).toBe(1 + 12 / 16);
  lab.add("seeder-1", { type: "node", state: "paused" });
  expect(distributedCopies(availability(lab.model, HASH))).toBe(12 / 16);
  expect(distributedCopies([])).toBe(0);
});

test("S07: a swarm that lost its last copy of some pieces says which, within 30 s", () => {
  const lab = swarm();
  lab.t = 20;
  lab.add("seeder-1", { type: "node", state: "stopped" });
  expect(stalled(lab.model, HASH, 21)).toBeNull();
  expect(stalled(lab.model, HASH, 50)).toBe("nobody has pieces 0–2, 15");
  expect(labState(lab.model, 50)).toBe("stalled");
});

test("a seeder that returns ends the stall, also while it still checks its data", () => {
  const lab = swarm();
  lab.add("seeder-1", { type: "node", state: "stopped" });
  lab.t = 40;
  lab.add("seeder-1", { type: "node", state: "running", peerId: "f".repeat(40) });
  lab.add("seeder-1", { type: "torrent", torrent: HASH, state: "checking" });
  expect(stalled(lab.model, HASH, 60)).toBeNull();
  lab.add("seeder-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  expect(stalled(lab.model, HASH, 60)).toBeNull();
  expect(lab.model.torrents[HASH]?.missingSince).toBeNull();
});

test("the start is no stall, however long it takes", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  lab.model.releasedAt = null;
  lab.add("seeder-1", { type: "torrent", torrent: HASH, state: "checking", bitfield: "0000" });
  expect(stalled(lab.model, HASH, 500)).toBeNull();
  expect(labState(lab.model, 500)).toBe("starting");
});

test("a swarm in which all who live are complete is not stalled by those who left", () => {
  const lab = swarm();
  lab.add("leecher-2", { type: "node", state: "stopped" });
  lab.add("leecher-1", { type: "node", state: "stopped" });
  lab.add("seeder-1", { type: "node", state: "stopped" });
  expect(stalled(lab.model, HASH, 100)).toBeNull();
});

test("a lab with a failed node is degraded until the node is back", () => {
  const lab = swarm();
  expect(labState(lab.model, 1)).toBe("running");
  lab.add("leecher-1", { type: "node", state: "failed", error: "killed" });
  expect(labState(lab.model, 1)).toBe("degraded");
  lab.add("leecher-1", { type: "node", state: "running" });
  for (const node of ["leecher-1", "leecher-2"])
    lab.add(node, { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  expect(labState(lab.model, 1)).toBe("complete");
  lab.add("controller", { type: "stopping" });
  expect(labState(lab.model, 1)).toBe("stopping");
});

test.each<[number[], string]>([
  [[3], "piece 3"],
  [[3, 7, 8, 9], "pieces 3, 7–9"],
  [[0, 2, 4, 6, 8, 10, 12, 13], "pieces 0, 2, 4, 6, 8 and 3 more"],
])("%j reads %s", (pieces, text) => {
  expect(pieceList(pieces)).toBe(text);
});

/** One seeder, one leecher with pieces 3 to 14, one with none. */
function swarm(): TestJournal {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "downloading", bitfield: "1ffe" });
  return lab;
}
