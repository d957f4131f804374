import { expect, test } from "vitest";
import { usualSettings } from "../api/words.ts";
import { bound } from "./bound.ts";
import { HASH, journal, type SwarmShape, type TestJournal } from "./journal.fixture.ts";
import { toStatus } from "./status.ts";

const MIB = 1_048_576;

/** Of the three terms, each decides in one of these swarms (Kumar & Ross 2006, theorem 1). */
test.each<[string, SwarmShape, number]>([
  ["the seeder's uplink", { leechers: 1, seederUp: MIB, leecherUp: 100 * MIB, length: 32 * MIB }, 32],
  ["the slowest downlink", { leechers: 2, seederUp: 100 * MIB, leecherDown: MIB / 2, length: 32 * MIB }, 64],
  ["all uplinks together", { leechers: 8, seederUp: 2 * MIB, leecherUp: MIB, length: 32 * MIB }, (8 * 32) / (2 + 8)],
])("%s bounds the swarm", (_, shape, seconds) => {
  const lab = journal();
  lab.startSwarm(shape);
  expect(bound(lab.model, HASH).bound).toBeCloseTo(seconds, 9);
});

test("efficiency is the bound divided by the time from the release to the last completion", () => {
  const lab = journal();
  lab.t = 3;
  lab.startSwarm({ leechers: 2, seederUp: MIB, leecherUp: MIB, length: 30 * MIB });
  complete(lab, "leecher-1", 43);
  expect(bound(lab.model, HASH)).toEqual({ bound: 30, efficiency: null, torrents: 1 });
  complete(lab, "leecher-2", 53);
  expect(bound(lab.model, HASH)).toEqual({ bound: 30, efficiency: 30 / 50, torrents: 1 });
  expect(toStatus(lab.model, { now: 99, controllerUrl: null, connections: false }).swarms[0]).toMatchObject({
    elapsed: 50,
    completedAt: 53,
  });
});

test("there is no bound with an unlimited uplink", () => {
  for (const shape of [{ seederUp: null }, { leecherUp: null }]) {
    const lab = journal();
    lab.startSwarm({ leechers: 1, ...shape });
    expect(bound(lab.model, HASH).bound).toBeNull();
  }
});

test("there is no bound once a knob was changed after the release", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  const settings = { ...usualSettings, up: 1 };
  lab.add("leecher-1", { type: "settings", settings });
  expect(bound(lab.model, HASH)).toEqual({ bound: null, efficiency: null, torrents: 0 });
});

test("there is no bound with a peer that joined late, or a leecher that left early", () => {
  const later = journal();
  later.startSwarm({ leechers: 2 });
  later.t = 5;
  later.add("controller", { type: "release", nodes: ["seeder-1"] });
  expect(bound(later.model, HASH).bound).toBeNull();

  const late = journal();
  late.startSwarm({ leechers: 2 });
  late.t = 5;
  const node = late.model.nodes["leecher-2"];
  if (node) node.releasedAt = null;
  late.add("controller", { type: "release", nodes: ["leecher-2"] });
  expect(bound(late.model, HASH).bound).toBeNull();

  const early = journal();
  early.startSwarm({ leechers: 2 });
  early.add("leecher-2", { type: "node", state: "stopped" });
  expect(bound(early.model, HASH).bound).toBeNull();
});

test("torrents that share the peers' limits have one bound together, others their own", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1, seederUp: MIB, leecherUp: MIB, length: 10 * MIB });
  const run = lab.lines.find((line) => line.type === "run");
  if (run?.type !== "run" || !run.torrents[0]) throw new Error("no run line");
  const other = "b".repeat(40);
  const lone = "c".repeat(40);
  const torrents = [HASH, other, lone].map((infoHash) => ({ ...run.torrents[0], infoHash }) as never);
  const nodes = run.nodes.map((node) => ({
    ...node,
    seeds: node.seeds.length > 0 ? [HASH, other] : [],
    fetches: node.fetches.length > 0 ? [HASH, other] : [],
  }));
  const [seeder, leecher] = [nodes[1], nodes[2]];
  if (!seeder || !leecher) throw new Error("no nodes");
  const again = journal();
  again.add("controller", {
    ...run,
    torrents,
    nodes: [
      ...nodes,
      { ...seeder, node: "seeder-2", seeds: [lone] },
      { ...leecher, node: "leecher-2", fetches: [lone] },
    ],
  });
  expect(bound(again.model, HASH).bound).toBe(20);
  expect(bound(again.model, other)).toMatchObject({ bound: 20, torrents: 2 });
  expect(bound(again.model, lone)).toMatchObject({ bound: 10, torrents: 1 });
});

function complete(lab: TestJournal, node: string, t: number): void {
  lab.t = t;
  lab.add(node, { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
}

test.each([
  ["poison", 0],
  ["freeride", 0],
  ["silent", 0],
  ["slow", 4 * 1024],
] as const)("the uplink of a peer that is %s counts with %d B/s", (behaviour, uplink) => {
  const lab = journal();
  lab.startSwarm({ leechers: 2, seederUp: MIB, leecherUp: MIB, length: 32 * MIB });
  const node = lab.model.nodes["leecher-2"];
  if (node) node.settings = { ...usualSettings, up: MIB, behaviour };
  expect(bound(lab.model, HASH).bound).toBeCloseTo(Math.max(32, (2 * 32 * MIB) / (2 * MIB + uplink)), 9);
});
