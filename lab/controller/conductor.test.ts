import { expect, test } from "vitest";
import { ordersOf } from "./conductor.ts";
import { HASH, peer, testPlan } from "./controller.fixture.ts";
import { still } from "./still-lab.fixture.ts";

test("after 60 s without progress the leechers are let go, and it is said who was missing", () => {
  const lab = still(testPlan([peer("seeder-1"), peer("seeder-2"), peer("leecher-1")]));
  lab.hello("tracker");
  lab.hello("seeder-1");
  lab.hello("leecher-1");
  lab.at(59);
  expect(lab.lines("release")).toEqual([]);
  lab.at(61);
  expect(lab.lines("release")).toMatchObject([{ nodes: ["leecher-1"] }]);
  expect(lab.lines("mark")).toMatchObject([
    { text: "released after 60 s of waiting: seeder-1 does not seed yet, seeder-2 has not said hello" },
  ]);
});

test("a seeder that checks its data is waited for, however long it takes", () => {
  const lab = still(testPlan([peer("seeder-1"), peer("leecher-1")]));
  for (const node of ["tracker", "seeder-1", "leecher-1"]) lab.hello(node);
  lab.record("seeder-1", { type: "torrent", torrent: HASH, state: "checking" });
  lab.at(4000);
  expect(lab.lines("release")).toEqual([]);
  lab.record("seeder-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  lab.at(4001);
  expect(lab.lines("release")).toHaveLength(1);
});

test("a seeder whose data is wrong does not hold the others up", () => {
  const lab = still(testPlan([peer("seeder-1"), peer("seeder-2"), peer("leecher-1")]));
  for (const node of ["tracker", "seeder-1", "seeder-2", "leecher-1"]) lab.hello(node);
  lab.record("seeder-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  lab.record("seeder-2", { type: "torrent", torrent: HASH, state: "error", error: "source changed" });
  lab.at(1);
  expect(lab.lines("release")).toHaveLength(1);
});

test("a seeder that joins later is not waited for, and shares from its time on", () => {
  const late = peer("seeder-2", { joinAt: 10 });
  const lab = still(testPlan([peer("seeder-1"), late, peer("leecher-1")]));
  const duties = () => ordersOf(lab.lab, "seeder-2").map(({ duty }) => duty);
  for (const node of ["tracker", "seeder-1", "seeder-2", "leecher-1"]) lab.hello(node);
  lab.record("seeder-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  lab.at(1);
  expect(lab.lines("release")).toMatchObject([{ nodes: ["leecher-1"] }]);
  lab.at(10.9);
  expect(duties()).toEqual([]);
  lab.at(11);
  expect(lab.lines("release").at(-1)).toMatchObject({ nodes: ["seeder-2"] });
  expect(duties()).toEqual(["seed"]);
});

test("with nodes that come unplanned, a seeder of every torrent is waited for", () => {
  const { settings } = peer("leecher-1");
  const duty = { settings, seeds: [], fetches: [] };
  const lab = still(testPlan([], { adopt: { seeder: duty, leecher: duty } }));
  lab.hello("tracker");
  lab.at(30);
  expect(lab.lines("release")).toEqual([]);
  lab.at(61);
  expect(lab.lines("mark")).toMatchObject([{ text: expect.stringContaining("film.bin has no seeder") }]);
});
