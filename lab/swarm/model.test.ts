import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConnectionSample } from "../api/facts.ts";
import { labStatus } from "../api/status.ts";
import { announcesPerMinute } from "./apply-tracker.ts";
import { availability } from "./availability.ts";
import { HASH, journal, PIECE, type TestJournal } from "./journal.fixture.ts";
import { speed } from "./meter.ts";
import { apply, emptyModel, type NodeTorrentModel, type SwarmModel } from "./model.ts";
import { randomJournal } from "./random-journal.fixture.ts";
import { toStatus } from "./status.ts";

const SEED = Date.now() % 1_000_000;
const runs = { seed: SEED, numRuns: 150 };
console.log(`model.test.ts: fast-check seed ${SEED}`);

test("no journal makes a negative or undefined number at any time", () => {
  fc.assert(
    fc.property(randomJournal, (lines) => {
      const model = emptyModel();
      for (const line of lines) {
        apply(model, line);
        const status = toStatus(model, { now: model.t, controllerUrl: null, connections: true });
        const numbers: number[] = [];
        for (const value of [model, status]) JSON.stringify(value, (key, inner) => note(key, inner, numbers));
        expect(numbers.filter((number) => !(number >= 0))).toEqual([]);
        if (line === lines.at(-1)) expect(labStatus.parse(status)).toEqual(status);
      }
    }),
    runs,
  );
});

test("a snapshot and the rest of the journal make the same model as the whole journal", () => {
  fc.assert(
    fc.property(randomJournal, fc.nat(), (lines, cut) => {
      const whole = emptyModel();
      for (const line of lines) apply(whole, line);
      const first = emptyModel();
      const middle = cut % (lines.length + 1);
      for (const line of lines.slice(0, middle)) apply(first, line);
      const second = JSON.parse(JSON.stringify(first)) as SwarmModel;
      for (const line of lines.slice(middle)) apply(second, line);
      expect(second).toEqual(whole);
    }),
    runs,
  );
});

test("availability that was kept from line to line is what counting anew gives", () => {
  fc.assert(
    fc.property(randomJournal, (lines) => {
      const model = emptyModel();
      for (const line of lines) {
        apply(model, line);
        for (const infoHash of Object.keys(model.torrents))
          expect(availability(model, infoHash)).toEqual(availability(structuredClone(model), infoHash));
      }
    }),
    runs,
  );
});

test("a rate is what the last two samples added", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (const [t, downloaded] of [
    [10, 0],
    [11, 1000],
    [12, 3000],
    [13, 6000],
  ] as const)
    sample(lab, t, downloaded);
  expect(rate(lab.model, 13)).toBe((6000 - 1000) / 2);
  expect(rate(lab.model, 19)).toBe(0);
});

test("a peer that is paused moves nothing from that moment on", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (const t of [10, 11, 12]) sample(lab, t, 1000 * t);
  expect(rate(lab.model, 12)).toBeGreaterThan(0);
  lab.add("leecher-1", { type: "node", state: "paused" });
  expect(rate(lab.model, 12)).toBe(0);
  lab.add("leecher-1", { type: "node", state: "running" });
  sample(lab, 14, 14_000);
  expect(rate(lab.model, 14)).toBe(0);
  sample(lab, 15, 15_000);
  expect(rate(lab.model, 15)).toBe(1000);
});

test("samples that come late in a bunch make no peak", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (const [t, downloaded] of [
    [10, 0],
    [11, 1000],
    [14, 2000],
    [14.001, 3000],
    [14.002, 4000],
  ] as const)
    sample(lab, t, downloaded);
  expect(rate(lab.model, 14.1)).toBe(4000 / 4);
});

test("a sleep of ten minutes leaves no trace in the rate", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (const [t, downloaded] of [
    [10, 0],
    [11, 1000],
    [611, 5000],
    [612, 6000],
  ] as const)
    sample(lab, t, downloaded);
  expect(rate(lab.model, 612)).toBe(1000);
  expect(part(lab.model).downloaded.total).toBe(6000);
});

test("totals go on when a node is restarted, and when the same process comes back", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  sample(lab, 10, 5000);
  lab.add("leecher-1", { type: "node", state: "failed", error: "connection lost" });
  lab.add("leecher-1", { type: "node", state: "running", peerId: lab.model.nodes["leecher-1"]?.peerId ?? "" });
  sample(lab, 12, 7000);
  expect(part(lab.model).downloaded.total).toBe(7000);
  lab.add("leecher-1", { type: "node", state: "failed", error: "killed" });
  lab.add("leecher-1", { type: "node", state: "running", peerId: "f".repeat(40) });
  sample(lab, 20, 9000);
  expect(part(lab.model).downloaded.total).toBe(16_000);
  expect(rate(lab.model, 20)).toBe(0);
});

test("a counter that went down began again from zero", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (const [t, downloaded] of [
    [10, 5000],
    [11, 9000],
    [12, 300],
  ] as const)
    sample(lab, t, downloaded);
  expect(part(lab.model).downloaded.total).toBe(9300);
  expect(rate(lab.model, 12)).toBe((4000 + 300) / 2);
});

test("a connection's totals go on over lost connections and restarts of either side", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  const total = () => part(lab.model).connections["seeder-1"]?.downloaded.total;
  const about = { torrent: HASH, peer: "seeder-1" };
  lab.add("leecher-1", { type: "peer-connected", ...about, address: "127.0.0.1:7001", incoming: false });
  sample(lab, 10, 1000, [["seeder-1", 1000, 0, "D"]]);
  lab.add("leecher-1", { type: "peer-left", ...about });
  sample(lab, 11, 1500, [["seeder-1", 1500, 0, ""]]);
  expect(part(lab.model).connections["seeder-1"]).toMatchObject({ open: false, unchoked: false });
  lab.add("leecher-1", { type: "peer-connected", ...about, address: "127.0.0.1:7001", incoming: false });
  sample(lab, 12, 2000, [["seeder-1", 2000, 0, "D"]]);
  expect(total()).toBe(2000);
  lab.add("seeder-1", { type: "node", state: "running", peerId: "e".repeat(40) });
  sample(lab, 13, 5000, [["seeder-1", 3000, 0, "D"]]);
  expect(total()).toBe(5000);
  lab.add("leecher-1", { type: "node", state: "running", peerId: "f".repeat(40) });
  sample(lab, 14, 100, [["seeder-1", 100, 0, "D"]]);
  expect(total()).toBe(5100);
});

test("a stranger that left leaves nothing behind", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  const about = { torrent: HASH, peer: "10.0.0.9:6881" };
  lab.add("leecher-1", { type: "peer-connected", ...about, address: about.peer, incoming: true });
  lab.add("leecher-1", { type: "peer-left", ...about });
  sample(lab, 10, 0, [[about.peer, 5, 5, ""]]);
  expect(part(lab.model).connections).toEqual({});
});

test("of a leecher that came and went is known what it gave to those who stay, and nothing else", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (let i = 0; i < 16; i += 1) {
    const [passing, after] = [`leecher-${100 + i}`, `leecher-${200 + i}`];
    lab.plan(["leecher-1", passing]);
    for (const [node, peer] of [
      ["leecher-1", passing],
      [passing, "leecher-1"],
      [passing, "seeder-1"],
    ] as const) {
      const address = "127.0.0.1:7000";
      lab.add(node, { type: "peer-connected", torrent: HASH, peer, address, incoming: false });
      lab.add(node, { type: "have", torrent: HASH, piece: i, from: [{ peer, bytes: PIECE }] });
    }
    if (i % 2 === 0) lab.add("leecher-1", { type: "peer-left", torrent: HASH, peer: passing });
    lab.plan(["leecher-1", after]);
    if (i % 2 === 1) lab.add("leecher-1", { type: "peer-left", torrent: HASH, peer: passing });
    const { nodes, torrents } = lab.model;
    const { given } = torrents[HASH] ?? expect.fail();
    expect(given[passing]).toEqual({ "leecher-1": PIECE });
    expect(given["seeder-1"]).toBeUndefined();
    for (const node of Object.values(nodes)) expect(node.torrents[HASH]?.connections ?? {}).toEqual({});
  }
});

test("who gave whom is counted from the pieces that were verified", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  const from = [{ peer: "seeder-1", bytes: PIECE }];
  lab.add("leecher-1", { type: "have", torrent: HASH, piece: 0, from });
  lab.add("leecher-1", { type: "have", torrent: HASH, piece: 0, from });
  lab.add("leecher-1", { type: "have", torrent: HASH, piece: 99, from });
  lab.add("leecher-2", { type: "have", torrent: HASH, piece: 0, from: [{ peer: "__proto__", bytes: 7 }] });
  expect(lab.model.torrents[HASH]?.given).toEqual({
    "seeder-1": { "leecher-1": PIECE },
    ["__proto__"]: { "leecher-2": 7 },
  });
  expect(Object.hasOwn(Object.prototype, "leecher-2")).toBe(false);
});

test("what somebody gave is not said of another who came under the same name", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  const from = [{ peer: "leecher-2", bytes: PIECE }];
  lab.add("leecher-1", { type: "have", torrent: HASH, piece: 0, from });
  lab.plan(["leecher-1"]);
  expect(lab.model.torrents[HASH]?.given).toEqual({ "leecher-2": { "leecher-1": PIECE } });
  lab.plan(["leecher-1", "leecher-2"]);
  expect(lab.model.torrents[HASH]?.given).toEqual({});
});

test("a completion keeps its time until a check finds pieces gone", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  lab.t = 30;
  for (let piece = 0; piece < 16; piece += 1) lab.add("leecher-1", { type: "have", torrent: HASH, piece, from: [] });
  lab.t = 31;
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  expect(part(lab.model).completedAt).toBe(30);
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "downloading", bitfield: "fff0" });
  expect(part(lab.model).completedAt).toBeNull();
});

test("choke events are kept with their times, the oldest dropped", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (lab.t = 1; lab.t <= 100; lab.t += 1)
    lab.add("seeder-1", { type: lab.t % 2 ? "unchoke" : "choke", torrent: HASH, peer: "leecher-1", optimistic: false });
  const { chokes } = part(lab.model, "seeder-1");
  expect(chokes).toHaveLength(40);
  expect(chokes.at(-1)).toEqual({ t: 100, peer: "leecher-1", type: "choke" });
});

test("who keeps a slot that is optimistic no more has a regular one from the next sample on, and the other way round", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  lab.add("leecher-1", { type: "unchoke", torrent: HASH, peer: "leecher-2", optimistic: true });
  sample(lab, 3, 0, [["leecher-2", 0, 0, "UO"]]);
  sample(lab, 4, 0, [["leecher-2", 0, 0, "U"]]);
  sample(lab, 4.2, 0, [["leecher-2", 0, 0, "?O"]]);
  sample(lab, 5, 0, [["leecher-2", 0, 0, "u"]]);
  expect(part(lab.model).chokes).toEqual([
    { t: 0, peer: "leecher-2", type: "optimistic" },
    { t: 4, peer: "leecher-2", type: "unchoke" },
    { t: 4.2, peer: "leecher-2", type: "optimistic" },
  ]);
});

test("the end of a connection is noted also where others' events took the place of its own", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  for (const peer of ["leecher-1", "leecher-2"])
    lab.add("seeder-1", { type: "peer-connected", torrent: HASH, peer, address: "127.0.0.1:1", incoming: false });
  lab.add("seeder-1", { type: "choke", torrent: HASH, peer: "leecher-2" });
  for (let i = 0; i < 50; i += 1) lab.add("seeder-1", { type: "choke", torrent: HASH, peer: "leecher-1" });
  lab.t = 9;
  lab.add("seeder-1", { type: "peer-left", torrent: HASH, peer: "leecher-2" });
  expect(part(lab.model, "seeder-1").chokes.at(-1)).toEqual({ t: 9, peer: "leecher-2", type: "left" });
});

test("a connection's choke events end with it, once", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  lab.t = 5;
  for (const peer of ["leecher-1", "leecher-2"])
    lab.add("seeder-1", { type: "peer-connected", torrent: HASH, peer, address: "127.0.0.1:1", incoming: false });
  lab.add("seeder-1", { type: "unchoke", torrent: HASH, peer: "leecher-1", optimistic: false });
  lab.add("seeder-1", { type: "choke", torrent: HASH, peer: "leecher-1" });
  lab.t = 9;
  for (const peer of ["leecher-1", "leecher-2"]) lab.add("seeder-1", { type: "peer-left", torrent: HASH, peer });
  lab.add("seeder-1", { type: "node", state: "stopped" });
  expect(part(lab.model, "seeder-1").chokes.map(({ t, peer, type }) => [t, peer, type])).toEqual([
    [5, "leecher-1", "unchoke"],
    [5, "leecher-1", "choke"],
    [9, "leecher-1", "left"],
    [9, "leecher-2", "left"],
  ]);
});

test("announces a minute forget what is older", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  for (lab.t = 0; lab.t < 200; lab.t += 10)
    lab.add("tracker", {
      type: "announce",
      torrent: HASH,
      peer: "leecher-1",
      address: "127.0.0.1:7002",
      event: "update",
      protocol: "http",
      uploaded: 0,
      downloaded: 0,
      left: 1,
      complete: 1,
      incomplete: 1,
      peers: 1,
    });
  const tracker = lab.model.torrents[HASH]?.tracker;
  expect(tracker).toMatchObject({ announces: 20, complete: 1, incomplete: 1 });
  expect(tracker && announcesPerMinute(tracker, 190)).toBe(6);
  expect(tracker && announcesPerMinute(tracker, 300)).toBe(0);
});

function sample(lab: TestJournal, t: number, downloaded: number, peers: ConnectionSample[] = []): void {
  lab.t = t;
  const counters = { torrent: HASH, downloaded, uploaded: 0, wasted: 0, left: 0, connected: 1, peers };
  lab.add("leecher-1", { type: "sample", memory: 1, load: 0, torrents: [counters] });
}

function part(model: SwarmModel, node = "leecher-1"): NodeTorrentModel {
  const found = model.nodes[node]?.torrents[HASH];
  if (!found) throw new Error(`${node} has no part in the swarm`);
  return found;
}

function rate(model: SwarmModel, now: number): number {
  return speed(part(model).downloaded, model.nodes["leecher-1"]?.clock ?? null, now);
}

/** `lastAt` and `beforeAt` of a meter are -1 until something was counted. */
function note(key: string, value: unknown, numbers: number[]): unknown {
  if (typeof value === "number" && key !== "lastAt" && key !== "beforeAt") numbers.push(value);
  return value;
}

test("a retired torrent is retired on every node at once, also on those that do not run and cannot say so", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  lab.add("leecher-2", { type: "node", state: "failed", error: "killed" });
  lab.add("controller", { type: "torrent-retired", torrent: HASH });
  const { nodes } = toStatus(lab.model, { now: lab.t, controllerUrl: null, connections: false });
  const states = nodes.flatMap(({ name, torrents }) => torrents.map(({ state }) => [name, state]));
  expect(states).toEqual([
    ["seeder-1", "retired"],
    ["leecher-1", "retired"],
    ["leecher-2", "retired"],
  ]);
});

test("a tracker that ends has forgotten everybody", () => {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  const counts = { complete: 1, incomplete: 1 };
  const said = {
    torrent: HASH,
    peer: "seeder-1",
    address: "127.0.0.1:7001",
    event: "update",
    protocol: "http",
  } as const;
  const transferred = { uploaded: 0, downloaded: 0, left: 0, peers: 1 };
  lab.add("tracker", { type: "announce", ...said, ...transferred, ...counts });
  const listed = () => toStatus(lab.model, { now: lab.t, controllerUrl: null, connections: false }).tracker;
  expect(listed()).toMatchObject(counts);
  lab.add("tracker", { type: "node", state: "stopped" });
  expect(listed()).toMatchObject({ complete: 0, incomplete: 0, announces: 1 });
});
