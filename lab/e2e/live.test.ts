import {
  createWriteStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { apiClient } from "../api/client.ts";
import type { LabStatus } from "../api/status.ts";
import type { RuntimeKind } from "../api/words.ts";
import { dashboardActions } from "../commands/dashboard-actions.ts";
import { realWorld, type World } from "../commands/world.ts";
import { labFolder } from "../runtime/folder.ts";
import { readSecret } from "../runtime/secrets.ts";
import { findByEnvironment } from "../runtime/system.ts";
import { isPeer } from "../swarm/peers.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, openScene, run, type Scene } from "./scene.ts";

const MIB = 1024 * 1024;
/** Seconds between announces in these labs, and in which `lab status` has to tell the truth. */
const INTERVAL = 5;
const TRUTH = 5;

test("what does not fit on the machine is refused before anything changes: leechers, and files to download", async () => {
  await using scene = await openScene("process", "room");
  const { name } = scene;
  scene.source("file.bin", bytes(MIB, "room"));
  await upOf(scene, "process", "seeders: [{ count: 1 }]\nleechers: [{ count: 2 }]");
  const before = (await scene.status()).nodes.map((node) => node.name);

  // Each node takes 40 MiB at the least.
  const tooMany = Math.ceil(totalmem() / (40 * MIB));
  const scaled = await scene.lab("scale", `leecher=${tooMany}`, "--name", name);
  expect(scaled).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(
      new RegExp(`the ${tooMany - 2} nodes to start need [\\d.]+ [GT]iB of memory, [\\d.]+ [MGT]iB are free`),
    ),
  });
  scene.source("huge.bin", Buffer.alloc(0));
  const { bavail, bsize } = statfsSync(scene.dir);
  truncateSync(join(scene.dir, "sources/huge.bin"), bavail * bsize);
  const made = await scene.lab("retorrent", "--name", name);
  expect(made).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/the downloads of 2 peers need [\d.]+ [GT]iB, the disk has [\d.]+ [MGT]iB free/),
  });
  expect((await scene.status()).nodes.map((node) => node.name)).toEqual(before);
  rmSync(join(scene.dir, "sources/huge.bin"));
  expect((await scene.ok("retorrent", "--name", name)).stdout).toBe("nothing to do\n");
});

test("from another folder retorrent shares what is in the lab's own sources, once and with --watch", async () => {
  await using scene = await openScene("process", "from-afar");
  await using other = await openScene("process", "afar");
  const { name } = scene;
  const afar = (...args: string[]) => run(other.dir, scene.env, [...args, "--name", name]);
  scene.source("file.bin", bytes(MIB, "afar"));
  other.source("another.bin", bytes(MIB, "other"));
  await upOf(scene, "process", "seeders: [{ count: 1 }]\nleechers: [{ count: 1 }]");
  expect(await afar("retorrent").outcome).toMatchObject({ code: 0, stdout: "nothing to do\n" });
  scene.source("more.bin", bytes(MIB, "more"));
  expect((await afar("retorrent").outcome).stdout).toMatch(/^torrents: 1 added, 0 retired/);
  scene.source("watched.bin", bytes(MIB, "watched"));
  const watch = afar("retorrent", "--watch");
  const status = await reach(scene, ({ torrents }) => torrents.length !== 2, 20);
  expect(status.torrents.map((torrent) => torrent.name).sort()).toEqual(["file.bin", "more.bin", "watched.bin"]);
  watch.child.kill("SIGINT");
  expect(await watch.outcome).toMatchObject({ code: 0, stderr: expect.stringContaining(join(scene.dir, "sources")) });
});

test("what the web page set on nodes outlives every other change; up shows it and resets it, or keeps it", async () => {
  await using scene = await openScene("process", "page-knobs");
  const { name } = scene;
  scene.source("file.bin", bytes(MIB, "page-knobs"));
  await upOf(scene, "process", "seeders: [{ up: 64KiB/s }]\nleechers: [{ count: 2, up: 64KiB/s }]");
  const { root, secrets } = labFolder(scene.dir, name);
  const { port } = JSON.parse(readFileSync(join(root, "plan.json"), "utf8"));
  const url = `http://127.0.0.1:${port}`;
  const page = apiClient({ url, token: readSecret(secrets, "admin") ?? "" });
  const knobs = async () =>
    (await scene.status()).nodes.flatMap(({ name: node, limits, slots }) =>
      slots === null || node === "seeder-1" ? [] : `${node} ${(limits.up ?? 0) / 1024} ${slots}`,
    );
  const areRunning = (status: LabStatus) => leechersOf(status).every(({ state }) => state === "running");
  await soon(scene, areRunning);
  await page.command({ type: "set", target: "leecher-1", settings: { up: 2048, slots: 9 } });
  await scene.ok("scale", "leecher=3", "--name", name);
  await soon(scene, areRunning);
  await scene.ok("set", "leecher-1", "--up", "64KiB/s", "--name", name);
  expect(await knobs()).toEqual(["leecher-1 64 9", "leecher-2 64 4", "leecher-3 64 4"]);
  await page.command({ type: "set", target: "leecher-2", settings: { up: 256 * 1024 } });
  const signal = new AbortController().signal;
  const world = { ...realWorld(), env: scene.env, dir: scene.dir, stderr: createWriteStream("/dev/null") };
  await dashboardActions(world as unknown as World, name, signal).slower?.(undefined);
  expect(await knobs()).toEqual(["leecher-1 32 9", "leecher-2 128 4", "leecher-3 32 4"]);
  await page.command({ type: "set", target: "leecher-3", settings: { slots: 7 } });
  await scene.ok("up", "-d", "--keep-live", "--profile", "live", "--name", name);
  expect(await knobs()).toEqual(["leecher-1 32 9", "leecher-2 128 4", "leecher-3 32 7"]);
  await page.command({ type: "set", target: "leecher-2", settings: { slots: 1 } });
  const { stderr } = await scene.ok("up", "-d", "--profile", "live", "--name", name);
  expect(stderr).toContain("~ leecher-2, changed live: up 128.0 KiB/s → 64.0 KiB/s, slots 1 → 4");
  expect(await knobs()).toEqual(["leecher-1 64 4", "leecher-2 64 4"]);
});

test("beside an attached up a node that was killed is called killed, one that ended by itself has its last words", async () => {
  await using scene = await openScene("process", "killed");
  const { name } = scene;
  scene.source("file.bin", bytes(16 * MIB, "killed"));
  mkdirSync(join(scene.dir, "profiles"));
  writeFileSync(join(scene.dir, "profiles/live.yaml"), "seeders: [{ up: 64KiB/s }]\nleechers: [{ count: 2 }]\n");
  const up = scene.start("up", "--plain", "--runtime", "process", "--profile", "live", "--name", name);
  const isRunning = (node: string, { nodes }: LabStatus) =>
    nodes.some((one) => one.name === node && one.state === "running");
  await vi.waitFor(async () => {
    const now = await scene.status();
    expect(["leecher-1", "leecher-2"].filter((node) => isRunning(node, now))).toHaveLength(2);
  }, 20_000);
  await scene.ok("kill", "leecher-1", "--name", name);
  for (const { pid, env } of findByEnvironment(["LAB_NAME", "LAB_NODE"]))
    if (env.LAB_NAME === name && env.LAB_NODE === "leecher-2") process.kill(pid, "SIGKILL");
  const errorOf = ({ nodes }: LabStatus, node: string) => nodes.find((one) => one.name === node)?.error;
  const status = await reach(scene, (now) => errorOf(now, "leecher-2") === "it wrote nothing", 20);
  expect(errorOf(status, "leecher-1")).toBe("killed");
  up.child.kill("SIGINT");
  expect(await up.outcome).toMatchObject({ code: 130 });
});

describe.each(runtimesHere)("a swarm that is changed while it runs, in the %s runtime", (runtime) => {
  test("files are added, changed and removed in the middle of a download; then up resets what was changed", async () => {
    await using scene = await openScene(runtime, "files");
    const { name } = scene;
    scene.source("base.bin", bytes(24 * MIB, "base"));
    scene.source("docs/one.txt", bytes(200_000, "one"));
    scene.source("docs/two.txt", bytes(100_000, "two"));
    scene.source("short-lived.bin", bytes(MIB, "short"));
    await upOf(scene, runtime, "seeders: [{ up: 1MiB/s }]\nleechers: [{ count: 2, up: 1MiB/s }]");
    await scene.ok("wait", "--until", "progress=2%", "--name", name);

    scene.source("added.bin", bytes(64 * MIB, "added"));
    const added = await scene.ok("retorrent", "--name", name);
    expect(added.stdout).toContain("torrents: 1 added, 0 retired; nothing was restarted");
    expect(progressOf(await scene.status(), "base.bin")).toBeLessThan(1);
    await soon(scene, (status) => leechersOf(status).every(({ torrents }) => torrents.length === 4));
    await scene.ok("set", "seeder", "--up", "unlimited", "--name", name);
    await scene.ok("set", "leecher", "--up", "unlimited", "--name", name);
    await scene.ok("wait", "--timeout", "60", "--name", name);

    const file = join(scene.dir, "sources/docs/one.txt");
    const [before] = hashesOf(await scene.status(), "docs");
    const changed = Buffer.from(readFileSync(file));
    changed[7] = (changed[7] ?? 0) ^ 1;
    writeFileSync(file, changed);
    rmSync(join(scene.dir, "sources/short-lived.bin"));
    const watch = scene.start("retorrent", "--watch", "--name", name);
    const isRetired = ({ torrents, nodes }: LabStatus) => {
      const parts = nodes.flatMap((node) => node.torrents).filter(({ infoHash }) => infoHash === before);
      return torrents.length === 3 && parts.length === 3 && parts.every(({ state }) => state === "retired");
    };
    const status = await reach(scene, isRetired, 20);
    watch.child.kill("SIGINT");
    expect(await watch.outcome).toMatchObject({ code: 0, stdout: expect.stringContaining("torrents: 1 added") });
    expect(hashesOf(status, "docs")).not.toContain(before);
    expect(hashesOf(status, "short-lived.bin")).toEqual([]);
    await scene.ok("wait", "--timeout", "30", "--name", name);
    expect((await scene.ok("verify", "--name", name)).stdout).toContain("every leecher holds byte-identical files");
    expect((await scene.ok("retorrent", "--name", name)).stdout).toBe("nothing to do\n");

    const events = await eventsOf(scene);
    for (const added of events.filter(({ type }) => type === "torrent-added").map(({ info, t }) => ({ info, t })))
      for (const peer of ["seeder-1", "leecher-1", "leecher-2"]) {
        const isTakenUp = (event: Event) =>
          event.type === "torrent" && event.node === peer && event.torrent === added.info?.infoHash;
        expect((events.find(isTakenUp)?.t ?? Number.NaN) - added.t, peer).toBeLessThan(2);
      }
    expect(events.filter(({ type }) => type === "hash-failed")).toEqual([]);
    expect(hellosOf(events)).toEqual({ "seeder-1": 1, "leecher-1": 1, "leecher-2": 1, tracker: 1 });

    await scene.ok("stop", "leecher-2", "--name", name);
    await scene.ok("scale", "leecher=3", "--name", name);
    await soon(scene, (now) => stateOf(now, "leecher-2") === "stopped" && stateOf(now, "leecher-3") === "running");
    const dry = await scene.ok("up", "--dry-run", "--profile", "live", "--leechers", "2", "--name", name);
    // On a busy machine a container may have been killed before it had stopped.
    expect(dry.stdout.trim().replace("failed →", "stopped →").split("\n")).toEqual([
      "-1 leecher (leecher-3, added live)",
      "~ seeder-1, changed live, leecher-1, changed live, leecher-2, changed live: up ∞ → 1.00 MiB/s",
      "~ leecher-2: stopped → running",
    ]);
    expect((await scene.status()).nodes.some((node) => node.name === "leecher-3")).toBe(true);
    await scene.ok("up", "-d", "--profile", "live", "--name", name);
    await soon(scene, (now) => {
      const peers = now.nodes.filter(({ group }) => group === "leecher");
      return peers.length === 2 && peers.every(({ state, limits }) => state === "running" && limits.up === MIB);
    });
    await endOf(scene);
  });

  test("S01: leechers come, go and crash in the middle of a transfer", async () => {
    await using scene = await openScene(runtime, "peers");
    const { name } = scene;
    scene.source("file.bin", bytes(16 * MIB, "peers"));
    await upOf(scene, runtime, "seeders: [{ up: 1MiB/s }]\nleechers: [{ count: 3, up: 1MiB/s }]");
    await scene.ok("wait", "--until", "progress=10%", "--name", name);

    await scene.ok("scale", "leecher=10", "--name", name);
    await soon(scene, (status) => leechersOf(status).filter(({ state }) => state === "running").length === 10);
    await reach(scene, (status) => (leecherOf(status, 1)?.progress ?? 0) >= 0.5);
    await scene.ok("kill", "leecher-1", "--name", name);
    await soon(scene, (status) => stateOf(status, "leecher-1") === "failed");
    const killed = leecherOf(await scene.status(), 1);
    expect(killed?.progress).toBeLessThan(1);
    await scene.ok("start", "leecher-1", "--name", name);
    expect(stateOf(await scene.status(), "leecher-1")).toBe("running");

    await scene.ok("scale", "leecher=2", "--name", name);
    // The tracker forgets the one that was killed, and could not say so, after two intervals.
    const two = await reach(
      scene,
      (status) => leechersOf(status).length === 2 && listed(status) === 3,
      2 * INTERVAL + 5,
    );
    expect(leechersOf(two).map((node) => node.name)).toEqual(["leecher-1", "leecher-2"]);
    const nodes = ["controller", "leecher-1", "leecher-2", "seeder-1", "tracker"].map((node) => `node-${node}`);
    expect(readdirSync(join(scene.dir, ".lab", name, "secrets")).sort()).toEqual(["admin", ...nodes, "viewer"]);
    await scene.ok("pause", "leecher-2", "--name", name);
    await soon(scene, (status) => stateOf(status, "leecher-2") === "paused");
    await scene.ok("unpause", "leecher-2", "--name", name);
    await soon(scene, (status) => stateOf(status, "leecher-2") === "running");
    await scene.ok("set", "seeder", "--up", "unlimited", "--name", name);
    await scene.ok("wait", "--timeout", "60", "--name", name);
    await scene.ok("verify", "--name", name);

    const events = await eventsOf(scene);
    const fetched = events
      .filter(({ type, node }) => type === "have" && node === "leecher-1")
      .map(({ piece }) => piece);
    expect(fetched.length - new Set(fetched).size).toBeLessThanOrEqual(16);
    const done = leecherOf(await scene.status(), 1);
    expect((done?.downloaded ?? 0) - (done?.wasted ?? 0)).toBeLessThanOrEqual(16 * MIB + (16 * 16 * MIB) / 256);
    await endOf(scene);
  });

  test("a tracker goes away for 20 s and the swarm is cut in two; what makes no sense is refused meanwhile", async () => {
    await using scene = await openScene(runtime, "cut");
    const { name } = scene;
    scene.source("file.bin", bytes(16 * MIB, "cut"));
    await upOf(scene, runtime, "seeders: [{ up: 128KiB/s }]\nleechers: [{ count: 3, up: 512KiB/s }]");
    await scene.ok("wait", "--until", "progress=2%", "--name", name);

    await scene.ok("stop", "tracker", "--name", name);
    await scene.ok("cut", "seeder-1,leecher-1", "leecher-2,leecher-3", "--name", name);
    await soon(scene, (status) => peersOf(status).every((peers) => peers === 1));
    const before = await soon(scene, (status) => stateOf(status, "tracker") === "stopped" && listed(status) === 0);
    await refuseNonsense(scene, runtime);
    const meanwhile = await scene.status();
    expect(leecherOf(meanwhile, 1)?.have).toBeGreaterThan(leecherOf(before, 1)?.have ?? 0);

    await toldOfTracker(scene, ["seeder-1", "leecher-1", "leecher-2", "leecher-3"]);
    await scene.ok("start", "tracker", "--name", name);
    await reach(scene, (status) => listed(status) === 4, INTERVAL + 10);
    const back = await soon(scene, (status) => peersOf(status).every((peers) => peers === 1));
    expect(leecherOf(back, 2)?.have).toBe(leecherOf(before, 2)?.have);
    await scene.ok("heal", "--name", name);
    await reach(scene, (status) => peersOf(status).every((peers) => peers === 3), 20);
    await scene.ok("set", "seeder-1", "--up", "unlimited", "--name", name);
    await scene.ok("wait", "--timeout", "60", "--name", name);
    await scene.ok("verify", "--name", name);
    await endOf(scene);
  });
});

/** Each is one line that says what is wrong, exit code 2, and nothing has changed. Mostly before any runtime is asked. */
async function refuseNonsense(scene: Scene, runtime: RuntimeKind): Promise<void> {
  const of = ["--name", scene.name];
  await scene.ok("stop", "leecher-3", ...of);
  const before = picture(await scene.status());
  const nonsense: [string[], string][] = [
    [["set", "nobody", "--up", "1MiB/s"], 'has no peer "nobody"'],
    [["set", "leecher-1", "--up", "-3"], "'-3' is invalid"],
    [["set", "leecher-3", "--up", "1MiB/s"], "leecher-3 is stopped"],
    [["set", "leecher-1"], "nothing to set"],
    [["scale", "seeder=0"], "without a seeder"],
    [["scale", "nobody=2"], 'no group "nobody"'],
    [["rm", "tracker"], "tracker is no peer"],
    [["rm", "leecher-1", "leecher-9"], 'no peer "leecher-9"'],
    [["cut", "leecher-1", "nobody"], '"nobody"'],
    [["cut", "leecher-1", "a/../b\u001b[2J"], "a name has lower-case letters"],
    [["cut", "leecher-1", "leecher-1"], "on both sides"],
    [["kill", "../x"], 'no node "../x"'],
    [["pause", "leecher-3"], "cannot pause leecher-3"],
    [["announce", "tracker"], "tracker"],
    [["up", "-d", "--port", "1"], "--port"],
  ];
  for (const [args, reason] of runtime === "docker" ? nonsense.slice(0, 5) : nonsense) {
    const { code, stderr } = await scene.lab(...args, ...of);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(reason)]);
    expect(stderr).not.toContain("\u001b");
  }
  expect(picture(await scene.status())).toEqual(before);
  await scene.ok("start", "leecher-3", ...of);
}

/** What commands change. */
function picture({ nodes }: LabStatus) {
  return nodes.map(({ name, state, limits, slots, strategy }) => ({ name, state, limits, slots, strategy }));
}

async function upOf(scene: Scene, runtime: RuntimeKind, groups: string): Promise<void> {
  mkdirSync(join(scene.dir, "profiles"));
  writeFileSync(join(scene.dir, "profiles/live.yaml"), `tracker: { interval: ${INTERVAL}s }\n${groups}\n`);
  await scene.ok("up", "-d", "--profile", "live", "--runtime", runtime, "--name", scene.name);
}

async function endOf(scene: Scene): Promise<void> {
  await scene.ok("down", scene.name);
  expect(await scene.leftovers()).toEqual([]);
}

type Test = (status: LabStatus) => boolean;

/** The status that must be so by now. */
const soon = (scene: Scene, isSo: Test) => reach(scene, isSo, TRUTH);

/** Asks again and again until it is so. */
async function reach(scene: Scene, isSo: Test, seconds = 60): Promise<LabStatus> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const asked = performance.now();
    const status = await scene.status();
    if (isSo(status)) return status;
    if (asked > deadline)
      throw new Error(`not so after ${seconds} s: ${isSo}\n${JSON.stringify(status, undefined, 1)}`);
  }
}

const leechersOf = ({ nodes }: LabStatus) => nodes.filter(({ role }) => role === "leecher");
const stateOf = ({ nodes }: LabStatus, name: string) => nodes.find((node) => node.name === name)?.state;
const leecherOf = ({ nodes }: LabStatus, number: number) =>
  nodes.find((node) => node.name === `leecher-${number}`)?.torrents[0];
const listed = ({ tracker }: LabStatus) => tracker.complete + tracker.incomplete;
const hashesOf = ({ torrents }: LabStatus, source: string) =>
  torrents.filter((torrent) => torrent.source === source).map(({ infoHash }) => infoHash);
const peersOf = ({ nodes }: LabStatus) => nodes.filter(isPeer).map(({ torrents }) => torrents[0]?.peers ?? 0);

/** The least of all leechers. */
function progressOf(status: LabStatus, source: string): number {
  const hashes = hashesOf(status, source);
  const parts = leechersOf(status).flatMap(({ torrents }) =>
    torrents.filter(({ infoHash }) => hashes.includes(infoHash)),
  );
  return Math.min(...parts.map(({ progress }) => progress));
}

interface Event {
  readonly type: string;
  readonly t: number;
  readonly node: string;
  readonly torrent?: string;
  readonly piece?: number;
  readonly state?: string;
  readonly peerId?: string;
  readonly info?: { readonly infoHash: string };
}

async function eventsOf(scene: Scene): Promise<Event[]> {
  const { stdout } = await scene.ok("events", "--json", "--no-follow", "--name", scene.name);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Once each of the peers has tried to announce to a tracker that does not answer. */
async function toldOfTracker(scene: Scene, peers: readonly string[]): Promise<void> {
  const failed = async () => (await eventsOf(scene)).filter(({ type }) => type === "tracker-error");
  await expect
    .poll(async () => new Set((await failed()).map(({ node }) => node)), { timeout: 4 * INTERVAL * 1000 })
    .toEqual(new Set(peers));
}

/** How often each node has said hello. */
function hellosOf(events: readonly Event[]): Record<string, number> {
  const hellos: Record<string, number> = {};
  for (const { type, node, state } of events)
    if (type === "node" && state === "running" && node !== "controller") hellos[node] = (hellos[node] ?? 0) + 1;
  return hellos;
}
