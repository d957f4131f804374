import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../seeded-random.ts";
import { testSeed } from "../test-seed.fixture.ts";
import { firstLine, said } from "./output.ts";
import { otherProduct } from "./product.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, docker, openScene, run, type Scene } from "./scene.ts";

/** Longest time from Ctrl-C to the end, in milliseconds. */
const PATIENCE = 15_000;

/** Moments are told in thousandths of the start-up, so that the same seed gives the same tests on any machine. */
const WHOLE = 1000;

/** How many moments are tried; a handful, but for a night's run. */
const many = Number(process.env.LAB_MOMENTS) || undefined;
const random = seededRandom(testSeed("moments of the signals (LAB_MOMENTS=30 tries more of them)"));

describe.each(runtimesHere)("signals to lab up in the %s runtime", { timeout: 180_000 }, (runtime) => {
  let scene: Scene;
  /** Another folder, from which the lab can be removed as well. */
  let elsewhere: string;
  /** Milliseconds from the call to the first line about the swarm. */
  let startUp: number;
  const [often, rarely] = many ? [many, many] : runtime === "process" ? [8, 3] : [3, 1];
  /** What has nothing to do with where the nodes run is tried where they start fast. */
  const whereFast = test.skipIf(runtime !== "process");

  beforeAll(async () => {
    scene = await openScene(runtime, "signal");
    elsewhere = mkdtempSync(join(tmpdir(), "lab-elsewhere-"));
    scene.source("file.bin", bytes(4 * 1024 * 1024, "signals"));
    const begin = performance.now();
    const { child, outcome } = attached();
    await firstLine(child);
    startUp = performance.now() - begin;
    child.kill("SIGTERM");
    expect((await outcome).code).toBe(143);
    expect(await scene.leftovers()).toEqual([]);
  }, 120_000);

  afterEach(async () => {
    for (const _ of await scene.leftovers()) await down();
  });

  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(elsewhere, { recursive: true });
  });

  const flags = (leechers = 2) => ["--name", scene.name, "--runtime", runtime, "--leechers", String(leechers)];
  const attached = (leechers?: number) => scene.start("up", "--plain", ...flags(leechers));
  const down = () => run(elsewhere, scene.env, ["down", scene.name]).outcome;
  /** Of the latest runs, which a removed lab leaves behind. */
  const journals = (count: number) => {
    const runs = join(scene.dir, ".lab", scene.name, "runs");
    const read = (run: string) => readFileSync(join(runs, run, "journal.jsonl"), "utf8");
    return readdirSync(runs).sort().slice(-count).map(read);
  };
  const moments = (count: number) =>
    Array.from({ length: count }, () => [Math.round(random.next() * 1.2 * WHOLE)] as const);

  async function interrupt(signal: NodeJS.Signals, after: number) {
    const { child, outcome } = attached();
    await delay((after / WHOLE) * startUp);
    const begin = performance.now();
    child.kill(signal);
    const result = await outcome;
    expect(performance.now() - begin).toBeLessThan(PATIENCE);
    return result;
  }

  test.each(moments(often))(
    "L01: Ctrl-C at %i thousandths of the start removes everything and says so once",
    async (at) => {
      const { code, stderr } = await interrupt("SIGINT", at);
      expect(await scene.leftovers()).toEqual([]);
      expect(stderr).not.toMatch(/^\s+at |this is a bug/m);
      expect(code, stderr).toBe(130);
      // Before the program has begun nobody can say anything.
      if (stderr !== "")
        expect(stderr.match(/^lab: .*$/gm), stderr).toEqual([expect.stringMatching(/^lab: interrupted/)]);
      expect(
        readdirSync(join(scene.dir, ".lab", scene.name)).filter((part) => !/^(torrents|runs)$/.test(part)),
      ).toEqual([]);
    },
  );

  test.runIf(runtime === "docker")("L01: Ctrl-C while the image is built leaves no part of one", async () => {
    // Of this test alone: a build that has once come to its end is in the engine's cache.
    const slow = `RUN echo ${randomInt(2 ** 47)} && sleep 60\n`;
    const Dockerfile = `ARG NODE_IMAGE=node:24-trixie-slim\nFROM $NODE_IMAGE\nLABEL lab.image=node\n${slow}`;
    const { bin, image } = otherProduct(scene, { Dockerfile });
    const before = await unnamedImages();
    const { child, outcome } = run(scene.dir, scene.env, ["up", "--plain", ...flags()], { bin });
    await said(child, "sleep 60");
    const begin = performance.now();
    child.kill("SIGINT");
    const { code, stderr } = await outcome;
    expect(performance.now() - begin).toBeLessThan(PATIENCE);
    expect(code, stderr).toBe(130);
    expect(stderr.match(/^lab: .*$/gm), stderr).toEqual([expect.stringMatching(/^lab: interrupted/)]);
    expect(await scene.leftovers()).toEqual([]);
    expect((await unnamedImages()).filter((one) => !before.includes(one))).toEqual([]);
    expect(await docker("images", "-q", image)).toBe("");
    expect(await docker("ps", "--all", "--no-trunc", "--format", "{{.Command}}")).not.toContain("sleep 60");
  });

  whereFast("L10: SIGTERM does the same with 143", async () => {
    const { child, outcome } = attached();
    await firstLine(child);
    child.kill("SIGTERM");
    const { code, stderr } = await outcome;
    expect(code).toBe(143);
    expect(stderr).toContain(`lab: terminated: the lab "${scene.name}" was removed`);
    expect(await scene.leftovers()).toEqual([]);
  });

  whereFast("who looks on while the lab is removed sees it go down, and no node that fails", async () => {
    const { child, outcome } = attached();
    await firstLine(child);
    const viewer = scene.start("events", "--name", scene.name);
    await firstLine(viewer.child);
    child.kill("SIGINT");
    expect((await outcome).code).toBe(130);
    viewer.child.kill("SIGKILL");
    expect((await viewer.outcome).stdout).toMatch(/the lab goes down$/m);

    await scene.ok("up", "--wait", ...flags());
    const begin = performance.now();
    expect((await down()).code).toBe(0);
    expect(performance.now() - begin).toBeLessThan(PATIENCE);
    for (const journal of journals(2)) {
      expect(journal.match(/^.*"type":"stopping".*$/gm)).toHaveLength(1);
      expect(journal.match(/^.*"state":"failed".*$/gm)).toBeNull();
    }
  });

  test("L02: Ctrl-C again ends at once and names what is left, and down removes it", async () => {
    const { child, outcome } = attached(runtime === "process" ? 12 : 2);
    await firstLine(child);
    child.kill("SIGINT");
    await said(child, "removing the lab");
    const begin = performance.now();
    child.kill("SIGINT");
    const { code, stderr } = await outcome;
    expect(code).toBe(130);
    expect(performance.now() - begin).toBeLessThan(PATIENCE);
    expect(stderr).toContain(`ended at once; of the lab "${scene.name}" may be left: controller, tracker, seeder-1`);
    expect(stderr).toContain(`lab down ${scene.name}`);
    expect((await down()).code).toBe(0);
    expect(await scene.leftovers()).toEqual([]);
  });

  test.each(moments(rarely))(
    "L03: killed at %i thousandths of the start, down from another folder removes the rest",
    async (at) => {
      expect((await interrupt("SIGKILL", at)).code).toBe(137);
      const { code, stderr } = await down();
      expect(code, stderr).toBe(0);
      expect(await scene.leftovers()).toEqual([]);
    },
  );

  test("L03: killed and all of its files lost, down from another folder still finds it", async () => {
    const { child, outcome } = attached();
    await firstLine(child);
    child.kill("SIGKILL");
    await outcome;
    rmSync(join(scene.dir, "state"), { recursive: true });
    rmSync(join(scene.dir, ".lab"), { recursive: true });
    const { code, stdout, stderr } = await down();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/removed .*\d nodes/);
    expect(await scene.leftovers()).toEqual([]);
  });

  test("L04, L08: killed on the way up, the next up takes over, though its lock names a stranger now", async () => {
    await interrupt("SIGKILL", Math.round(random.next() * WHOLE));
    const lock = join(scene.dir, `state/torrent-lab/${scene.name}.lock`);
    // The pid was given to somebody else since: this test's own process.
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, `${process.pid} 12345`);
    const outcome = await scene.lab("up", ...flags(), "--profile", "quick", "--until", "complete", "--timeout", "60");
    expect(outcome.code, outcome.stderr).toBe(0);
    const { nodes } = await scene.status();
    expect(nodes.filter(({ role }) => role === "leecher").map(({ name }) => name)).toEqual(["leecher-1", "leecher-2"]);
    expect((await scene.lab("verify", "--name", scene.name)).code).toBe(0);
  });

  whereFast(
    "taken down by somebody else, an attached up says so and ends with 0; one that waited for more, with 1",
    async () => {
      const watching = attached();
      await firstLine(watching.child);
      expect((await down()).code).toBe(0);
      const { code, stderr } = await watching.outcome;
      expect([code, stderr]).toEqual([0, expect.stringContaining(`the lab "${scene.name}" is down`)]);
      expect(stderr).not.toMatch(/^lab: /m);

      const waiting = scene.start("up", "--plain", ...flags(), "--until", "ratio=1000");
      await firstLine(waiting.child);
      expect((await down()).code).toBe(0);
      expect(await waiting.outcome).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`lab: the lab "${scene.name}" was taken down before that was reached`),
      });
      expect(await scene.leftovers()).toEqual([]);
    },
  );

  whereFast("L10: a closed terminal leaves the lab running, whether it is up yet or not", async () => {
    const early = await interrupt("SIGHUP", 0.6 * WHOLE);
    expect(early.code, early.stderr).toBe(0);
    expect((await scene.status()).lab.name).toBe(scene.name);
    const { child, outcome } = attached();
    await firstLine(child);
    child.kill("SIGHUP");
    expect((await outcome).code).toBe(0);
    expect((await scene.status()).nodes.every(({ state }) => state === "running")).toBe(true);
  });
});

describe("signals to commands that only look", () => {
  test.each(["wait", "events", "logs -f", "watch --plain", "status --json", "verify", "retorrent", "doctor", "--help"])(
    "L09: Ctrl-C in lab %s leaves the lab alone",
    async (command) => {
      const scene = await shared();
      const before = await scene.status();
      const nameless = ["doctor", "--help"].includes(command);
      const { child, outcome } = scene.start(...command.split(" "), ...(nameless ? [] : ["--name", scene.name]));
      await delay(random.next() * 800);
      child.kill("SIGINT");
      const { code, stderr } = await outcome;
      expect([0, 4, 130], stderr).toContain(code);
      expect(stderr).not.toMatch(/^\s+at |this is a bug/m);
      const after = await scene.status();
      expect(after.lab).toMatchObject({ run: before.lab.run, startedAt: before.lab.startedAt });
      expect(after.nodes.map(({ name, state }) => [name, state])).toEqual(
        before.nodes.map(({ name, state }) => [name, state]),
      );
    },
  );

  let scene: Promise<Scene> | undefined;
  /** One lab for all, that is not complete before they have ended. */
  function shared(): Promise<Scene> {
    scene ??= openScene("process", "look").then(async (opened) => {
      opened.source("slow.bin", bytes(64 * 1024 * 1024, "slow"));
      await opened.ok("up", "--wait", "--name", opened.name, "--runtime", "process", "--leechers", "2");
      return opened;
    });
    return scene;
  }
  afterAll(async () => (await scene)?.[Symbol.asyncDispose]());

  test("a reader that goes away ends the command quietly", async () => {
    const { name, dir, env } = await shared();
    const { child, outcome } = run(dir, env, ["events", "--name", name]);
    child.stdout?.destroy();
    expect(await outcome).toMatchObject({ code: 0, stderr: "" });
  });
});

/** Images without a name, such as a build leaves that was broken off. */
async function unnamedImages(): Promise<string[]> {
  const ours = ["--filter", "dangling=true", "--filter", "label=lab.image=node"];
  return (await docker("images", "-q", ...ours)).split("\n").sort();
}
