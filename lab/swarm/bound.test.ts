import { expect, test } from "vitest";
import { usualSettings } from "../api/words.ts";
import { bound } from "./bound.ts";
import { problemText } from "./bound-problem.ts";
import { film, HASH, journal, type SwarmShape, series, type TestJournal } from "./journal.fixture.ts";
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
  expect(bound(lab.model, HASH)).toEqual({ bound: 30, efficiency: null, torrents: 1, problem: null });
  complete(lab, "leecher-2", 53);
  expect(bound(lab.model, HASH)).toEqual({ bound: 30, efficiency: 30 / 50, torrents: 1, problem: null });
  expect(toStatus(lab.model, { now: 99, controllerUrl: null, connections: false }).swarms[0]).toMatchObject({
    elapsed: 50,
    completedAt: 53,
  });
});

test("there is no bound with an unlimited uplink", () => {
  for (const shape of [{ seederUp: null }, { leecherUp: null }]) {
    const lab = journal();
    lab.startSwarm({ leechers: 1, ...shape });
    const name = "seederUp" in shape ? "seeder-1" : "leecher-1";
    expect(bound(lab.model, HASH)).toMatchObject({ bound: null, problem: { kind: "unlimited", name } });
  }
});

/** A swarm that was released, and then changed. */
function changed(change: (lab: TestJournal) => void): TestJournal {
  const lab = journal();
  lab.startSwarm({ leechers: 3 });
  lab.t = 5;
  change(lab);
  return lab;
}

type Replan = Parameters<TestJournal["replan"]>[0];

const without = (name: string): Replan => {
  return ({ nodes }) => ({ nodes: nodes.filter(({ node }) => node !== name) });
};
const fetchingNothing = (name: string): Replan => {
  return ({ nodes }) => ({ nodes: nodes.map((node) => (node.node === name ? { ...node, fetches: [] } : node)) });
};

test.each<[string, (lab: TestJournal) => void]>([
  [
    "a knob of leecher-1 changed",
    (lab) => void lab.add("leecher-1", { type: "settings", settings: { ...usualSettings, up: 1 } }),
  ],
  ["leecher-3 was removed", (lab) => lab.replan(without("leecher-3"))],
  ["leecher-2 is to have other torrents", (lab) => lab.replan(fetchingNothing("leecher-2"))],
  [
    "film.bin is no longer shared",
    (lab) => {
      lab.replan(({ torrents, nodes }) => ({
        torrents: [...torrents, series],
        nodes: nodes.map((node) => (node.node === "seeder-1" ? { ...node, seeds: [HASH, series.infoHash] } : node)),
      }));
      lab.add("controller", { type: "torrent-retired", torrent: HASH });
    },
  ],
  ["leecher-1 was paused", (lab) => void lab.add("leecher-1", { type: "node", state: "paused" })],
  [
    "leecher-1 and leecher-2 cut off from others",
    (lab) => {
      const detail = { sides: [["leecher-1", "leecher-2"], ["seeder-1"]] };
      lab.add("controller", { type: "command", command: "cut", detail, ok: true });
    },
  ],
])("there is no bound any more once %s after the release", (words, change) => {
  const { model } = changed(change);
  const [shared] = Object.values(model.torrents).filter(({ retired }) => !retired);
  const { problem, ...rest } = bound(model, shared?.info.infoHash ?? "");
  expect(rest).toEqual({ bound: null, efficiency: null, torrents: 0 });
  expect(problem && problemText(problem)).toBe(words);
});

test("before the release nothing ends it, nor does afterwards what is no matter of the bound", () => {
  const before = journal();
  before.plan(["leecher-1", "leecher-2", "leecher-3"], { leechers: 3, seederUp: MIB, leecherUp: 1 });
  before.replan(without("leecher-2"));
  before.replan(fetchingNothing("leecher-3"));
  expect(bound(before.model, HASH).bound).toBeCloseTo(film.length / MIB, 9);

  const after = changed((lab) => {
    lab.add("tracker", { type: "settings", settings: { interval: 99 } });
    lab.add("tracker", { type: "node", state: "paused" });
    lab.add("controller", { type: "command", command: "cut", detail: {}, ok: false });
    const knobs = lab.model.nodes["leecher-1"]?.settings;
    if (knobs) lab.add("leecher-1", { type: "settings", settings: { ...knobs, behaviour: "honest" } });
    complete(lab, "leecher-1", 20);
    lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "retired" });
    lab.replan(() => ({}));
  });
  expect(bound(after.model, HASH)).toMatchObject({ bound: expect.any(Number), problem: null });
});

test("a swarm is not measured against the bound of the smaller one that is left of it", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 8, seederUp: 2 * MIB, leecherUp: MIB, length: 32 * MIB });
  for (let i = 1; i <= 7; i += 1) complete(lab, `leecher-${i}`, 20);
  lab.replan(without("leecher-8"));
  expect(bound(lab.model, HASH).efficiency).toBeNull();
});

test("there is no bound with a peer that joined late, a leecher that left early, or a torrent that came later", () => {
  const added = journal();
  added.startSwarm({ leechers: 1 });
  added.t = 5;
  added.replan(({ torrents, nodes }) => ({
    torrents: [...torrents, series],
    nodes: nodes.map((node) => (node.seeds.length > 0 ? { ...node, seeds: [HASH, series.infoHash] } : node)),
  }));
  expect(bound(added.model, HASH).problem).toEqual({ kind: "added", name: "series.bin" });

  const later = journal();
  later.startSwarm({ leechers: 2 });
  later.t = 5;
  later.add("controller", { type: "release", nodes: ["seeder-1"] });
  expect(bound(later.model, HASH)).toMatchObject({ bound: null, problem: { kind: "late", name: "seeder-1" } });

  const late = journal();
  late.startSwarm({ leechers: 2 });
  late.t = 5;
  const node = late.model.nodes["leecher-2"];
  if (node) node.releasedAt = null;
  late.add("controller", { type: "release", nodes: ["leecher-2"] });
  expect(bound(late.model, HASH)).toMatchObject({ bound: null, problem: { kind: "late", name: "leecher-2" } });

  const early = journal();
  early.startSwarm({ leechers: 2 });
  early.add("leecher-2", { type: "node", state: "stopped" });
  expect(bound(early.model, HASH)).toMatchObject({ bound: null, problem: { kind: "gone", name: "leecher-2" } });
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
