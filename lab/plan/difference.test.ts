import { expect, test } from "vitest";
import { profileSchema } from "../profile/schema.ts";
import { differenceText, isEmpty, planDifference } from "./difference.ts";
import { scaled, withoutPeers, withPeer, withSettings } from "./live.ts";
import { makePlan } from "./make-plan.ts";
import { changed, inputOf, torrentOf } from "./plan.fixture.ts";
import { noLiveChanges } from "./plan.ts";

const profile = { seeders: [{}], leechers: [{ count: 3, up: "1MiB/s" }] };
const plan = makePlan(inputOf(profile));
const edited = (other: object, more = {}) =>
  makePlan(inputOf(other, { profile: { ...profileSchema.parse(other), name: "test" }, ...more }));

test("the same profile and flags make no difference", () => {
  expect(isEmpty(planDifference(plan, makePlan(inputOf(profile))))).toBe(true);
  expect(differenceText(plan, makePlan(inputOf(profile)))).toEqual([]);
});

test("an edited profile: who comes, who goes, which knobs turn; the same change of several in one line", () => {
  const other = edited({
    tracker: { interval: "5s" },
    seeders: [{ count: 2 }],
    leechers: [{ count: 2, up: "2MiB/s" }],
  });
  expect(differenceText(plan, other)).toEqual([
    "+1 seeder (seeder-2)",
    "-1 leecher (leecher-3)",
    "~ leecher-1, leecher-2: up 1.00 MiB/s → 2.00 MiB/s",
    "~ tracker: interval 10s → 5.0s",
  ]);
});

test("the web UI comes and goes with its overlay", () => {
  const web = edited({ ...profile, web: true });
  expect(differenceText(plan, web)).toEqual(["+ web"]);
  expect(differenceText(web, plan)).toEqual(["- web"]);
});

test("what was changed live is told apart when it is reset", () => {
  const live = [
    (now: typeof plan) => scaled(now, { leecher: 5 }),
    (now: typeof plan) => withPeer(now, "leecher", {}),
    (now: typeof plan) => withSettings(now, "leecher-2", { slots: 1 }),
    (now: typeof plan) => withoutPeers(now, ["leecher-1"]),
  ].reduce((now, change) => changed(now, change(now)), plan);
  expect(differenceText(live, changed(live, { live: noLiveChanges }))).toEqual([
    "+1 leecher (leecher-1, removed live)",
    "-3 leecher (leecher-4, added live, leecher-5, added live, leecher-6, added live)",
    "~ leecher-2, changed live: slots 1 → 4",
  ]);
});

test("a file that changed is a torrent that goes and one that comes, and nothing else", () => {
  const other = changed(plan, { torrents: [torrentOf("debian.iso", "a"), torrentOf("docs", "c")] });
  expect(differenceText(plan, other)).toEqual([`+ torrent docs ${"c".repeat(40)}`, `- torrent docs ${"b".repeat(40)}`]);
});

test("who shares or fetches something else, or has another limit of memory, is named", () => {
  const other = edited({ seeders: [{}], leechers: [{ count: 3, up: "1MiB/s", fetches: ["docs"], memory: "1GiB" }] });
  expect(differenceText(plan, other)).toEqual([
    "~ leecher-1, leecher-2, leecher-3: seeds nothing, fetches debian.iso docs, memory 384.0 MiB → " +
      "seeds nothing, fetches docs, memory 1.00 GiB",
  ]);
  const docker = { runtime: "docker" } as const;
  const container = changed(plan, docker);
  expect(differenceText(container, changed(other, docker)).join()).toContain("memory 384.0 MiB");
});

test("who joins at another time or has another role is named", () => {
  const later = edited({ seeders: [{}], leechers: [{ count: 3, up: "1MiB/s", join: { every: "10s" } }] });
  const usual = "seeds nothing, fetches debian.iso docs";
  expect(differenceText(plan, later)).toEqual([
    `~ leecher-2: ${usual} → seeds nothing, fetches debian.iso docs, joins after 10s`,
    `~ leecher-3: ${usual} → seeds nothing, fetches debian.iso docs, joins after 20s`,
  ]);
  const group = { name: "helper", seeds: ["docs"], fetches: [] };
  const swapped = differenceText(
    edited({ seeders: [{}], leechers: [group] }),
    edited({ seeders: [{}, group], leechers: [] }),
  );
  const docs = "seeds docs, fetches nothing";
  expect(swapped).toEqual([`~ helper-1: leecher, ${docs} → seeder, ${docs}`]);
});
