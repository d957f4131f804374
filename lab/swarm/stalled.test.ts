import { expect, test } from "vitest";
import { usualSettings } from "../api/words.ts";
import { availability, distributedCopies } from "./availability.ts";
import { HASH, journal, type TestJournal } from "./journal.fixture.ts";
import { everyFetchIsComplete, labState } from "./lab-state.ts";
import { pieceList, stalled } from "./stalled.ts";
import { toStatus } from "./status.ts";

test("availability counts live nodes only, and copies are its minimum and the share above it", () => {
  const lab = swarm();
  expect(availability(lab.model, HASH).slice(2, 5)).toEqual([1, 2, 2]);
  expect(distributedCopies(availability(lab.model, HASH))).toBe(1 + 12 / 16);
  lab.add("seeder-1", { type: "node", state: "paused" });
  expect(distributedCopies(availability(lab.model, HASH))).toBe(12 / 16);
  expect(distributedCopies([])).toBe(0);
});

test("who is in error counts as a holder for as long as it has connections", () => {
  const lab = swarm();
  lab.add("seeder-1", { type: "torrent", torrent: HASH, state: "error", error: "the disk is full" });
  const told = (connected: number) => {
    const counters = { torrent: HASH, downloaded: 0, uploaded: 0, wasted: 0, left: 0, connected, peers: [] };
    lab.add("seeder-1", { type: "sample", memory: null, load: 0, torrents: [counters] });
    return availability(lab.model, HASH)[2];
  };
  expect([0, 2, 1, 0].map(told)).toEqual([0, 1, 1, 0]);
});

test("pieces are missing from when the last holder, which is in error, has no connection any more", () => {
  const lab = swarm();
  const missingSince = () => lab.model.torrents[HASH]?.missingSince;
  const connected = (count: number) => {
    const counters = { torrent: HASH, downloaded: 0, uploaded: 0, wasted: 0, left: 0, connected: count, peers: [] };
    lab.add("seeder-1", { type: "sample", memory: null, load: 0, torrents: [counters] });
  };
  connected(2);
  lab.add("seeder-1", { type: "torrent", torrent: HASH, state: "error", error: "the disk is full" });
  expect(missingSince()).toBeNull();
  lab.t = 20;
  connected(0);
  expect(missingSince()).toBe(20);
  expect(stalled(lab.model, HASH, 40)).toBe("nobody has pieces 0–2, 15");
  connected(1);
  expect(missingSince()).toBeNull();
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

test("pieces that only a peer has who gives nothing are missing, and that is said", () => {
  const lab = swarm();
  lab.add("seeder-1", { type: "settings", settings: { ...usualSettings, behaviour: "silent" } });
  expect(availability(lab.model, HASH).slice(2, 5)).toEqual([0, 1, 1]);
  expect(stalled(lab.model, HASH, 50)).toBe("nobody gives pieces 0–2, 15");
  lab.add("seeder-1", { type: "settings", settings: usualSettings });
  expect(stalled(lab.model, HASH, 50)).toBeNull();
});

test("who was banned is in the status by name, until a connection shows that the ban is over", () => {
  const lab = swarm();
  lab.t = 5;
  lab.add("leecher-1", { type: "hash-failed", torrent: HASH, piece: 1, from: [{ peer: "leecher-2", bytes: 9 }] });
  lab.add("leecher-1", { type: "banned", torrent: HASH, peer: "leecher-2", pieces: 2, seconds: 60 });
  const status = (now: number) =>
    toStatus(lab.model, { now, controllerUrl: null, connections: false }).nodes.find(({ name }) => name === "leecher-1")
      ?.torrents[0];
  expect(status(10)).toMatchObject({ hashFailures: 1, corrupt: [{ peer: "leecher-2", pieces: 2, banned: true }] });
  expect(status(66)?.corrupt).toEqual([{ peer: "leecher-2", pieces: 2, banned: false }]);
  lab.t = 20;
  const connected = { torrent: HASH, peer: "leecher-2", address: "127.0.0.1:1", incoming: true };
  lab.add("leecher-1", { type: "peer-connected", ...connected });
  expect(status(21)?.corrupt).toEqual([{ peer: "leecher-2", pieces: 2, banned: false }]);
});

test("nothing is expected of who no longer has to fetch a torrent, however much of it is missing", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "downloading", bitfield: "ff00" });
  expect(everyFetchIsComplete(lab.model)).toBe(false);
  lab.t = 5;
  lab.replan(({ nodes }) => ({ nodes: nodes.map((node) => ({ ...node, seeds: [], fetches: [] })) }));
  const part = lab.model.nodes["leecher-1"]?.torrents[HASH];
  expect(part).toMatchObject({ state: "retired", error: null, have: 8 });
  expect(stalled(lab.model, HASH, 25)).toBeNull();
  expect(labState(lab.model, 25)).toBe("running");
  expect(everyFetchIsComplete(lab.model)).toBe(false);
});

test("others are done without who no longer has to fetch the torrent, and are not when that peer has to again", () => {
  const lab = swarm();
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  expect(labState(lab.model, 1)).toBe("running");
  const orderedTo = (fetches: string[]) =>
    lab.replan(({ nodes }) => ({
      nodes: nodes.map((node) => (node.node === "leecher-2" ? { ...node, fetches } : node)),
    }));
  lab.t = 7;
  orderedTo([]);
  expect(labState(lab.model, 7)).toBe("complete");
  expect(toStatus(lab.model, { now: 9, controllerUrl: null, connections: false }).swarms[0]?.completedAt).toBe(0);
  orderedTo([HASH]);
  expect(labState(lab.model, 9)).toBe("running");
});

test("who left when it was complete has still got the torrent", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "retired" });
  expect(labState(lab.model, 1)).toBe("complete");
  lab.replan(() => ({}));
  expect(lab.model.nodes["leecher-1"]?.torrents[HASH]?.state).toBe("retired");
  expect(labState(lab.model, 1)).toBe("complete");
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
