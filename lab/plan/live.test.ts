import { expect, test } from "vitest";
import type { PeerSettings } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { differenceText } from "./difference.ts";
import { scaled, withLiveKnobs, withoutPeers, withPeer, withSettings } from "./live.ts";
import { makePlan } from "./make-plan.ts";
import { changed, inputOf, namesOf } from "./plan.fixture.ts";
import type { LabPlan } from "./plan.ts";

const MIB = 1_048_576;
const plan = makePlan(inputOf({ seeders: [{}], leechers: [{ count: 3, up: "1MiB/s" }] }));
const leechers = (of: LabPlan) => namesOf(of).filter((name) => name.startsWith("leecher"));

test("scaling up adds the next numbers, scaling down removes the highest", () => {
  const ten = changed(plan, scaled(plan, { leecher: 10 }));
  expect(leechers(ten)).toHaveLength(10);
  expect(leechers(changed(ten, scaled(ten, { leecher: 2 })))).toEqual(["leecher-1", "leecher-2"]);
});

test("scaling keeps whom it can: a gap that rm left is not filled", () => {
  const gap = changed(plan, withoutPeers(plan, ["leecher-1"]));
  expect(leechers(gap)).toEqual(["leecher-2", "leecher-3"]);
  expect(leechers(changed(gap, scaled(gap, { leecher: 2 })))).toEqual(["leecher-2", "leecher-3"]);
  expect(leechers(changed(gap, scaled(gap, { leecher: 3 })))).toEqual(["leecher-2", "leecher-3", "leecher-4"]);
  expect(leechers(changed(gap, scaled(gap, { leecher: 1 })))).toEqual(["leecher-2"]);
});

test("an added peer has the next number and knobs of its own", () => {
  const more = changed(plan, withPeer(plan, "leecher", { up: 5000 }));
  expect(leechers(more)).toEqual(["leecher-1", "leecher-2", "leecher-3", "leecher-4"]);
  expect(more.run.peers.at(-1)?.settings.up).toBe(5000);
  expect(more.nodes.at(-1)?.cause).toBe("added live");
});

test("a peer that was removed and is added again has forgotten its knobs", () => {
  const set = changed(plan, withSettings(plan, "leecher-3", { slots: 1 }));
  const without = changed(set, withoutPeers(set, ["leecher-3"]));
  const again = changed(without, withPeer(without, "leecher", {}));
  expect(again.run.peers.at(-1)).toMatchObject({ name: "leecher-3", settings: { slots: 4 } });
});

test("knobs are set on a node, or on all of its group, and add up", () => {
  const all = changed(plan, withSettings(plan, "leecher", { up: null }));
  const one = changed(all, withSettings(all, "leecher-2", { slots: 2 }));
  const knobs = one.run.peers.map(({ name, settings: { up, slots } }) => [name, up, slots]);
  expect(knobs).toEqual([
    ["seeder-1", null, 4],
    ["leecher-1", null, 4],
    ["leecher-2", null, 2],
    ["leecher-3", null, 4],
  ]);
});

test("knobs that were set past the plan are live changes of it, as if they had been set through it", () => {
  const set = changed(plan, withSettings(plan, "leecher-2", { slots: 2 }));
  const inForce = set.run.peers.map(({ name, settings }) => [name, { ...settings, behaviour: "honest" }] as const);
  expect(withLiveKnobs(set, new Map<string, Partial<PeerSettings>>([...inForce, ["tracker", {}]]))).toBe(set);
  const known = new Map<string, Partial<PeerSettings>>([
    ...inForce,
    ["leecher-1", { up: 5 }],
    ["leecher-2", { up: null, behaviour: "slow" }],
  ]);
  const live = withLiveKnobs(set, known);
  expect(live.input.live.settings).toEqual({
    "leecher-1": { up: 5 },
    "leecher-2": { slots: 2, up: null, behaviour: "slow" },
  });
  expect(live.run.peers.map(({ settings: { up, slots, behaviour } }) => [up, slots, behaviour])).toEqual([
    [null, 4, undefined],
    [5, 4, undefined],
    [null, 2, "slow"],
    [MIB, 4, undefined],
  ]);
  expect(differenceText(live, plan)[0]).toBe("~ leecher-1, changed live: up 5 B/s → 1.00 MiB/s");
});

test.each([
  ["scale to no seeder", () => scaled(plan, { seeder: 0 }), "without a seeder"],
  ["rm of the last seeder", () => withoutPeers(plan, ["seeder-1"]), "without a seeder"],
  ["scale of an unknown group", () => scaled(plan, { turbo: 1 }), 'no group "turbo"'],
  ["add to an unknown group", () => withPeer(plan, "tracker", {}), 'no group "tracker"'],
  ["rm of an unknown node", () => withoutPeers(plan, ["leecher-1", "leecher-9"]), 'no peer "leecher-9"'],
  ["rm of the tracker", () => withoutPeers(plan, ["tracker"]), "tracker is no peer"],
  ["set on the controller", () => withSettings(plan, "controller", { up: 1 }), "controller is no peer"],
  ["set of nothing", () => withSettings(plan, "leecher-1", {}), "nothing to set"],
  ["a name with escape codes", () => withSettings(plan, "\u001b[2J", { up: 1 }), 'no peer "\\u{1b}[2J"'],
])("%s is a usage error that says why", (_, change, reason) => {
  const error = (() => {
    try {
      return change();
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(LabError);
  expect(error).toMatchObject({ kind: "usage", message: expect.stringContaining(reason) });
});

test("an honest peer's settings do not speak of it, so that being honest again is no difference", () => {
  const bad = changed(plan, withSettings(plan, "leecher-2", { behaviour: "poison" }));
  expect(bad.run.peers.map(({ settings }) => settings.behaviour)).toEqual([undefined, undefined, "poison", undefined]);
  const good = changed(bad, withSettings(bad, "leecher-2", { behaviour: "honest" }));
  expect(good.run.peers).toEqual(plan.run.peers);
});
