import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LabCommand } from "../api/commands.ts";
import { verifyAnswer } from "../api/journal.ts";
import { usualSettings } from "../api/words.ts";
import { HASH, peer, startLab, type TestLab, testPlan, tokenOf, torrent } from "./controller.fixture.ts";

const OTHER = "b".repeat(40);

async function swarm(): Promise<TestLab> {
  return startLab(testPlan([peer("seeder-1"), peer("leecher-1"), peer("leecher-2")]));
}

test("`set` reaches a node, then the journal and the status", async () => {
  const lab = await swarm();
  const node = await lab.join("leecher-1");
  const result = await lab.api.command({ type: "set", target: "leecher-1", settings: { up: 1000, slots: 2 } });
  expect(result).toEqual({ ok: true, value: { nodes: ["leecher-1"] } });
  expect(await node.command("settings")).toMatchObject({ settings: { up: 1000, slots: 2, down: null } });
  const shown = (await lab.api.status()).nodes.find((one) => one.name === "leecher-1");
  expect(shown).toMatchObject({ limits: { up: 1000, down: null }, slots: 2 });
});

test("`set` on a group reaches all of it, and those that are away when they come back", async () => {
  const lab = await swarm();
  await lab.join("leecher-1");
  await lab.api.command({ type: "set", target: "leecher", settings: { up: 77 } });
  expect((await lab.join("leecher-2")).welcome.settings).toMatchObject({ up: 77 });
});

test("`set` on a group waits for no paused node, which has its knobs when it runs on", async () => {
  const lab = await swarm();
  await lab.join("leecher-1");
  const frozen = await lab.join("leecher-2");
  frozen.socket.pause();
  await lab.api.command({ type: "node", node: "leecher-2", state: "paused" });
  const answer = await lab.api.command({ type: "set", target: "leecher", settings: { up: 77 } });
  expect(answer).toEqual({ ok: true, value: { nodes: ["leecher-1", "leecher-2"] } });
  frozen.socket.resume();
  await lab.api.command({ type: "node", node: "leecher-2", state: "running" });
  await lab.api.command({ type: "announce", node: "leecher-2" });
  expect(frozen.commands).toMatchObject([{ type: "settings", settings: { up: 77 } }, { type: "announce" }]);
});

test("a node that refuses its new knobs keeps the old ones", async () => {
  const lab = await swarm();
  await lab.join("leecher-1", {
    onCommand: () => {
      throw new Error("no such strategy");
    },
  });
  const result = await lab.api.command({ type: "set", target: "leecher-1", settings: { strategy: "sequential" } });
  expect(result).toEqual({ ok: false, error: "leecher-1: no such strategy" });
  expect((await lab.api.status()).nodes.find((one) => one.name === "leecher-1")?.strategy).toBe("rarest");
});

test.each<[LabCommand, string]>([
  [{ type: "set", target: "ghost", settings: { up: 1 } }, 'there is no node or group "ghost" in this lab'],
  [{ type: "set", target: "tracker", settings: { up: 1 } }, "tracker is a tracker: it has no knobs"],
  [{ type: "set", target: "leecher-2", settings: { up: 1 } }, "leecher-2 is created; start it first"],
  [{ type: "set", target: "leecher-1", settings: {} }, "nothing to set"],
  [{ type: "node", node: "ghost", state: "running" }, 'there is no node "ghost" in this lab'],
  [{ type: "announce", node: "ghost" }, 'there is no node "ghost" in this lab'],
  [{ type: "announce", node: "tracker" }, "tracker is no peer: it does not announce"],
  [{ type: "cut", sides: [["leecher-1"], ["ghost"]] }, 'there is no node or group "ghost" in this lab'],
  [{ type: "cut", sides: [["leecher-1"], ["leecher"]] }, "leecher-1 is on both sides"],
  [{ type: "cut", sides: [["leecher-1"], []] }, "a cut needs nodes on both sides"],
  [{ type: "plan", plan: testPlan([], { run: "run-2" }) }, "the plan's run is run-2, but this controller's is run-1"],
  [{ type: "plan", plan: testPlan([peer("leecher-1"), peer("leecher-1")]) }, "the plan has two nodes named leecher-1"],
  [
    { type: "plan", plan: testPlan([peer("leecher-1", { fetches: [OTHER] })]) },
    `leecher-1 is to share ${OTHER}, which is none of the plan's torrents`,
  ],
  [
    { type: "plan", plan: testPlan([], { torrents: [{ ...torrent, infoHash: OTHER }] }) },
    `the torrent of film.bin is not in the run's folder (torrents/${OTHER}.torrent)`,
  ],
])("%o is refused, and nothing changes but the journal", async (command, error) => {
  const lab = await swarm();
  await lab.join("leecher-1");
  const before = await lab.api.status();
  expect(await lab.api.command(command)).toEqual({ ok: false, error });
  const after = await lab.api.status();
  expect({ ...after, seq: 0, t: 0 }).toEqual({ ...before, seq: 0, t: 0 });
  expect((await lab.journal()).at(-1)).toMatchObject({ type: "command", command: command.type, ok: false, error });
});

test("`announce` asks one peer, or all", async () => {
  const lab = await swarm();
  const [first, second] = [await lab.join("leecher-1"), await lab.join("leecher-2")];
  expect(await lab.api.command({ type: "announce", node: "leecher-2" })).toEqual({ ok: true });
  expect([first.commands, second.commands]).toEqual([[], [{ type: "announce" }]]);
  expect(await lab.api.command({ type: "announce" })).toEqual({ ok: true });
  expect([first.commands.length, second.commands.length]).toEqual([1, 2]);
});

test("`verify` collects a report a node and says which node had none", async () => {
  const lab = await swarm();
  const report = [{ torrent: HASH, complete: true, files: [{ path: "film.bin", length: 5, sha256: "00" }] }];
  await lab.join("seeder-1", { onCommand: ({ type }) => (type === "verify" ? report : undefined) });
  await lab.join("leecher-1", { onCommand: () => "nonsense" });
  const dying = await lab.join("leecher-2", { onCommand: () => dying.drop() });
  const result = await lab.api.command({ type: "verify" });
  expect(verifyAnswer.parse(result.value)).toEqual({
    "seeder-1": report,
    "leecher-1": { error: "sent a malformed report" },
    "leecher-2": { error: "its connection ended" },
  });
  expect(result).toMatchObject({
    ok: false,
    error: "leecher-1: sent a malformed report; leecher-2: its connection ended",
  });
});

test("a cut holds for both sides, and for a node that comes back under another peer id", async () => {
  const lab = await swarm();
  const [seeder, first, second] = [
    await lab.join("seeder-1"),
    await lab.join("leecher-1"),
    await lab.join("leecher-2"),
  ];
  await lab.api.command({ type: "cut", sides: [["seeder"], ["leecher-2"]] });
  expect(await seeder.command("cut")).toEqual({ type: "cut", peers: [second.peerId] });
  expect(await second.command("cut")).toEqual({ type: "cut", peers: [seeder.peerId] });
  expect(first.commands).toEqual([]);
  second.drop();
  const again = await lab.join("leecher-2");
  expect(await again.command("cut")).toEqual({ type: "cut", peers: [seeder.peerId] });
  await seeder.command("cut", ({ peers }) => peers[0] === again.peerId);
  await lab.api.command({ type: "heal" });
  await seeder.command("cut", ({ peers }) => peers.length === 0);
  await again.command("cut", ({ peers }) => peers.length === 0);
});

test("a new plan adds, removes and retunes, and leaves the rest alone", async () => {
  const lab = await swarm();
  await lab.join("tracker");
  const [seeder, first, second] = [
    await lab.join("seeder-1"),
    await lab.join("leecher-1"),
    await lab.join("leecher-2"),
  ];
  seeder.facts({ type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  await first.command("torrents");
  await second.command("torrents");
  await lab.api.command({ type: "set", target: "leecher-1", settings: { up: 5 } });
  await writeFile(join(lab.folder, "torrents", `${OTHER}.torrent`), "d4:infoe");
  const { settings } = peer("seeder-1");
  const plan = testPlan(
    [peer("seeder-1", { seeds: [OTHER], settings: { ...settings, up: 9 } }), peer("leecher-1", { fetches: [OTHER] })],
    { torrents: [{ ...torrent, infoHash: OTHER, name: "other.bin" }] },
  );
  expect(await lab.api.command({ type: "plan", plan })).toEqual({ ok: true });

  expect(await second.closed).toEqual({ code: 1008, reason: "the plan has this node no more" });
  expect(await seeder.command("settings")).toMatchObject({ settings: { up: 9 } });
  await first.command("settings", (command) => "up" in command.settings && command.settings.up === settings.up);
  await seeder.command("torrents", ({ torrents }) => torrents[0]?.infoHash === OTHER);
  await first.command("torrents", ({ torrents }) => torrents[0]?.infoHash === OTHER);
  const status = await lab.api.status();
  expect(status.torrents.map((one) => one.name)).toEqual(["other.bin"]);
  expect(status.nodes.map((node) => node.name)).toEqual(["tracker", "controller", "seeder-1", "leecher-1"]);
  const types = (await lab.journal()).map((line) => line.type);
  expect(types).toContain("torrent-added");
  expect(types).toContain("torrent-retired");
  expect(JSON.parse(await readFile(join(lab.folder, "plan.json"), "utf8"))).toEqual(plan);
});

test("the web UI stays through every change of a plan that has it, and leaves with a plan that has not", async () => {
  const plan = testPlan([peer("leecher-1")], { web: true });
  const lab = await startLab(plan);
  const web = await lab.join("web");
  const larger = { ...plan, peers: [...plan.peers, peer("leecher-2")] };
  expect(await lab.api.command({ type: "plan", plan: larger })).toEqual({ ok: true });
  web.say({ type: "sample", memory: 7, load: 0.5, torrents: [] });
  const heard = lab.until((line) => line.node === "web" && line.type === "sample");
  expect(await Promise.race([web.closed, heard])).toMatchObject({ memory: 7 });
  expect((await lab.api.status()).nodes.find((node) => node.name === "web")).toMatchObject({
    state: "running",
    memory: 7,
  });
  await lab.api.command({ type: "plan", plan: { ...larger, web: false } });
  expect(await web.closed).toEqual({ code: 1008, reason: "the plan has this node no more" });
  expect((await lab.api.status()).nodes.map((node) => node.name)).not.toContain("web");
});

test("the web UI of Compose alone, which no plan names, stays when a peer is given a name, and over a restart", async () => {
  const { settings } = peer("leecher-1");
  const duty = { settings, seeds: [], fetches: [HASH] };
  const lab = await startLab(testPlan([], { adopt: { seeder: duty, leecher: duty } }));
  await lab.join("web", { token: tokenOf("node") });
  expect((await lab.join("", { role: "leecher" })).welcome.node).toBe("leecher-1");
  const webOf = async ({ api }: TestLab) => (await api.status()).nodes.find((node) => node.name === "web");
  expect(await webOf(lab)).toMatchObject({ group: "web", state: "running" });
  expect(await webOf(await lab.restart())).toMatchObject({ group: "web", state: "running" });
});

test("a plan that says which nodes it retunes leaves what was set live on the others", async () => {
  const lab = await swarm();
  const [first, second] = [await lab.join("leecher-1"), await lab.join("leecher-2")];
  await lab.api.command({ type: "set", target: "leecher", settings: { up: 5 } });
  const [one, two] = [peer("leecher-1"), peer("leecher-2")];
  const plan = testPlan([
    peer("seeder-1"),
    one,
    { ...two, settings: { ...two.settings, slots: 2 } },
    peer("leecher-3"),
  ]);
  expect(await lab.api.command({ type: "plan", plan, retuned: ["leecher-2"] })).toEqual({ ok: true });
  expect(first.commands).toMatchObject([{ settings: { up: 5 } }]);
  expect(second.commands).toMatchObject([{ settings: { up: 5 } }, { settings: { up: two.settings.up, slots: 2 } }]);
  const limits = (await lab.api.status()).nodes.map(({ name, limits: { up } }) => [name, up]);
  expect(limits).toContainEqual(["leecher-1", 5]);
  expect(limits).toContainEqual(["leecher-3", one.settings.up]);
});

test("what the runtime did to a node is shown, and a lab that goes down has no failures", async () => {
  const lab = await swarm();
  const node = await lab.join("leecher-1");
  await lab.api.command({ type: "node", node: "leecher-1", state: "paused" });
  expect((await lab.api.status()).nodes.find((one) => one.name === "leecher-1")?.state).toBe("paused");
  await lab.api.command({ type: "node", node: "leecher-1", state: "running" });
  await lab.api.command({ type: "node", node: "leecher-2", state: "running" });
  const states = Object.fromEntries((await lab.api.status()).nodes.map((one) => [one.name, one.state]));
  expect(states).toMatchObject({ "leecher-1": "running", "leecher-2": "starting" });
  await lab.api.command({ type: "stopping" });
  expect((await lab.api.status()).lab.state).toBe("stopping");
  node.drop();
  await lab.until((line) => line.node === "leecher-1" && line.type === "node" && line.state === "stopped");
});

test("a plan is answered once the nodes that run have its knobs, and names those that refused them", async () => {
  const lab = await swarm();
  const node = await lab.join("leecher-1");
  await lab.join("leecher-2", {
    onCommand({ type }) {
      if (type === "settings") throw new Error("no such strategy");
    },
  });
  const slow = {
    settings: { ...usualSettings, up: 5 },
  } as const;
  const plan = testPlan([peer("seeder-1"), peer("leecher-1", slow), peer("leecher-2", slow)]);
  const result = await lab.api.command({ type: "plan", plan });
  expect(result).toEqual({ ok: true, value: { warning: "leecher-2: no such strategy" } });
  expect(node.commands).toContainEqual({ type: "settings", settings: slow.settings });
});
