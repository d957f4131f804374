import { expect, test } from "vitest";
import { runPlan } from "../api/run-plan.ts";
import { LabError } from "../errors.ts";
import { makePlan } from "./make-plan.ts";
import { inputOf as input, torrentOf } from "./plan.fixture.ts";
import { planText } from "./text.ts";

test("seeders share everything, leechers fetch everything, names count from 1", () => {
  const plan = makePlan(input({ seeders: [{}], leechers: [{ count: 2, up: "1MiB/s" }] }));
  expect(plan.nodes.map(({ name }) => name)).toEqual(["controller", "tracker", "seeder-1", "leecher-1", "leecher-2"]);
  expect(plan.run.peers.map(({ name, seeds, fetches }) => [name, seeds.length, fetches.length])).toEqual([
    ["seeder-1", 2, 0],
    ["leecher-1", 0, 2],
    ["leecher-2", 0, 2],
  ]);
  expect(plan.run.peers[1]?.settings.up).toBe(1024 ** 2);
  expect(runPlan.parse(plan.run)).toEqual(plan.run);
});

test("globs say who shares and who fetches what; only who seeds sees the folder", () => {
  const plan = makePlan(
    input({ seeders: [{ seeds: ["docs"] }], leechers: [{ name: "helper", seeds: ["*.iso"], fetches: ["*"] }, {}] }),
  );
  const helper = plan.run.peers.find(({ name }) => name === "helper-1");
  expect([helper?.seeds, helper?.fetches]).toEqual([["a".repeat(40)], ["b".repeat(40)]]);
  const sees = Object.fromEntries(plan.nodes.map(({ name, sources }) => [name, sources]));
  expect(sees).toMatchObject({ "seeder-1": true, "helper-1": true, "leecher-1": false, tracker: false });
});

test("a glob may end in a slash, takes away what follows a !, and matches any name", () => {
  const names = ["docs", "notes.txt", "secret.txt", "\nodd\n.iso", ".hidden"];
  const torrents = names.map((name, index) => torrentOf(name, String(index)));
  const fetched = (...fetches: string[]) => {
    const [peer] = makePlan(input({ leechers: [{ fetches }] }, { torrents })).run.peers;
    return peer?.fetches.map((hash) => names[Number(hash[0])]);
  };
  expect(fetched("docs/")).toEqual(["docs"]);
  expect(fetched("*.txt", "!secret.*")).toEqual(["notes.txt"]);
  expect(fetched("!secret.txt", "!docs/")).toEqual(["notes.txt", "\nodd\n.iso", ".hidden"]);
  expect(fetched("!(docs|.hidden|*.iso)")).toEqual(["notes.txt", "secret.txt"]);
  expect(fetched("*")).toEqual(names);
  expect(fetched("**.iso")).toEqual(["\nodd\n.iso"]);
  expect(fetched()).toEqual([]);
});

test("a glob that matches nothing that there is is said; of no torrents nothing is", () => {
  const profile = {
    seeders: [{}],
    leechers: [{ name: "helper", seeds: ["*.ISO", "*.iso"], fetches: ["docs", "!*.ISO", "*.ISO"] }],
  };
  const notes = [
    'note: nothing in sources/ matches "*.ISO" (group helper)',
    'note: nothing in sources/ matches "!*.ISO" (group helper)',
  ];
  expect(planText(makePlan(input(profile))).slice(-2)).toEqual(notes);
  expect(planText(makePlan(input(profile, { torrents: [] }))).at(-1)).not.toContain("note");
  expect(planText(makePlan(input({ seeders: [{}], leechers: [{}] }))).at(-1)).not.toContain("note");
});

test("--scale changes a group; leecher also means the first leecher group", () => {
  const profile = {
    seeders: [{}],
    leechers: [
      { name: "fast", count: 1 },
      { name: "slow", count: 1 },
    ],
  };
  const names = (scale: Record<string, number>) =>
    makePlan(input(profile, { scale })).run.peers.map(({ name }) => name);
  expect(names({ leecher: 2, slow: 0 })).toEqual(["seeder-1", "fast-1", "fast-2"]);
  expect(() => names({ turbo: 1 })).toThrow(LabError);
});

test("peers join one after the other when the profile says so", () => {
  const plan = makePlan(input({ leechers: [{ count: 3, join: { every: "10s" } }] }));
  expect(plan.run.peers.map(({ joinAt }) => joinAt)).toEqual([0, 10, 20]);
});

test("in containers paths and addresses are the image's, on this machine they are its own", () => {
  const docker = makePlan(input({ seeders: [{}] }, { runtime: "docker" }));
  expect(docker.run.tracker.url).toBe("http://tracker:6969/announce");
  expect(docker.nodes.at(-1)?.environment).toMatchObject({ sources: "/sources", host: "0.0.0.0", data: "/data" });
  const local = makePlan(input({ seeders: [{}] }));
  expect(local.run.tracker.url).toBe("http://127.0.0.1:6969/announce");
  expect(local.nodes.at(-1)?.environment).toMatchObject({ host: "127.0.0.1", data: "/data/seeder-1" });
});

test("what a node is does not depend on the torrents that there are", () => {
  const profile = { seeders: [{ fetches: ["*.txt"] }], leechers: [{ seeds: ["*.txt"] }] };
  const nodesWith = (source: string) => makePlan(input(profile, { torrents: [torrentOf(source, "c")] })).nodes;
  expect(nodesWith("a.txt")).toEqual(nodesWith("a.iso"));
});

test("no secret is in a plan, only paths of files", () => {
  const tokens = makePlan(input({ seeders: [{}] })).nodes.map(({ environment }) => environment.tokenFile);
  expect(tokens).toContain("/secrets/node-seeder-1");
});

test("the text of a plan has a line a node with its knobs and its cause", () => {
  const text = planText(makePlan(input({ seeders: [{ up: "2MiB/s" }] }))).join("\n");
  expect(text).toContain(
    "seeder seeder-1 · up 2.00 MiB/s, down ∞, 4 slots, rarest, at most 50 peers, seeds 2, fetches 0",
  );
});
