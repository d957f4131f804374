import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HASH, peer, startLab, testPlan, tokenOf } from "./controller.fixture.ts";

const seeding = { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" } as const;

test("leechers are released together once the tracker runs, all have said hello and the seeder seeds", async () => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1"), peer("leecher-2")]));
  const seeder = await lab.join("seeder-1");
  const first = await lab.join("leecher-1");
  expect(seeder.welcome.torrents).toEqual([]);
  expect(first.welcome.torrents).toEqual([]);
  expect(first.welcome.settings).toMatchObject({ up: 1_048_576, slots: 4 });

  await lab.join("tracker");
  expect(await seeder.command("torrents")).toEqual({ type: "torrents", torrents: [{ infoHash: HASH, duty: "seed" }] });
  seeder.facts({ type: "torrent", torrent: HASH, state: "checking" });
  seeder.facts(seeding);
  await lab.until((line) => line.type === "torrent" && line.state === "seeding");
  expect((await lab.api.status()).lab.state).toBe("starting");
  expect(first.commands).toEqual([]);

  const second = await lab.join("leecher-2");
  expect(second.welcome.torrents).toEqual([{ infoHash: HASH, duty: "fetch" }]);
  expect(await first.command("torrents")).toEqual({ type: "torrents", torrents: [{ infoHash: HASH, duty: "fetch" }] });
  const released = await lab.until((line) => line.type === "release");
  expect(released).toMatchObject({ node: "controller", nodes: ["leecher-1", "leecher-2"] });
  expect((await lab.api.status()).lab.state).toBe("running");
});

test("a node that the runtime reports as failed is not waited for", async () => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1"), peer("leecher-2")]));
  await lab.join("tracker");
  const seeder = await lab.join("seeder-1");
  await lab.join("leecher-1");
  seeder.facts(seeding);
  await lab.api.command({ type: "node", node: "leecher-2", state: "failed", error: "exit code 1" });
  expect(await lab.until((line) => line.type === "release")).toMatchObject({ nodes: ["leecher-1"] });
});

test("a node that a new plan adds gets its torrents with its welcome", async () => {
  const plan = testPlan([peer("seeder-1"), peer("leecher-1")]);
  const lab = await startLab(plan);
  await lab.join("tracker");
  (await lab.join("seeder-1")).facts(seeding);
  await lab.join("leecher-1");
  await lab.until((line) => line.type === "release");
  await lab.api.command({ type: "plan", plan: { ...plan, peers: [...plan.peers, peer("leecher-2")] } });
  await writeFile(join(lab.secrets, "node-leecher-2"), tokenOf("node-leecher-2"));
  const late = await lab.join("leecher-2");
  expect(late.welcome.torrents).toEqual([{ infoHash: HASH, duty: "fetch" }]);
});

test("a peer with a join time gets its torrents that long after the release", async () => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1"), peer("leecher-2", { joinAt: 0.4 })]));
  await lab.join("tracker");
  const late = await lab.join("leecher-2");
  await lab.join("leecher-1");
  (await lab.join("seeder-1")).facts(seeding);
  await late.command("torrents");
  const releases = (await lab.journal()).filter((line) => line.type === "release");
  expect(releases.map((line) => line.nodes)).toEqual([["leecher-1"], ["leecher-2"]]);
  expect((releases[1]?.t ?? 0) - (releases[0]?.t ?? 0)).toBeGreaterThanOrEqual(0.4);
});

test("a peer that was to leave after its completion is told to stop sharing", async () => {
  const lab = await startLab(testPlan([peer("seeder-1"), peer("leecher-1", { lingerAfterComplete: 0.3 })]));
  await lab.join("tracker");
  const leecher = await lab.join("leecher-1");
  (await lab.join("seeder-1")).facts(seeding);
  await leecher.command("torrents");
  leecher.facts(seeding);
  await leecher.command("torrents", (command) => command.torrents.length === 0);
  const line = await lab.until((one) => one.type === "command" && one.command === "leave");
  expect(line).toMatchObject({ detail: { node: "leecher-1" }, ok: true });
  leecher.facts({ type: "torrent", torrent: HASH, state: "retired" });
  await lab.until((one) => one.type === "torrent" && one.state === "retired");
  expect((await lab.api.status()).lab.state).toBe("complete");
});

test("nameless nodes get names in order of hello, and the place of one that is gone", async () => {
  const { settings, seeds, fetches } = peer("leecher-1");
  const adopt = { seeder: { settings, seeds: [HASH], fetches: [] }, leecher: { settings, seeds, fetches } };
  const lab = await startLab(testPlan([], { adopt }));
  await lab.join("tracker");
  const seeder = await lab.join("", { role: "seeder" });
  const first = await lab.join("", { role: "leecher" });
  const second = await lab.join("", { role: "leecher" });
  expect([seeder, first, second].map((node) => node.welcome.node)).toEqual(["seeder-1", "leecher-1", "leecher-2"]);
  seeder.facts(seeding);
  await second.command("torrents");
  first.drop();
  await lab.until((line) => line.node === "leecher-1" && line.type === "node" && line.state === "failed");
  expect((await lab.join("", { role: "leecher" })).welcome.node).toBe("leecher-1");
  expect((await lab.api.status()).nodes.map((node) => node.name)).toEqual([
    "tracker",
    "controller",
    "seeder-1",
    "leecher-1",
    "leecher-2",
  ]);
});
