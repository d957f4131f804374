import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { firstLine } from "./output.ts";
import { otherProduct } from "./product.ts";
import { runtimesHere } from "./runtimes.ts";
import { bytes, type Outcome, openScene, run, type Scene } from "./scene.ts";

/** Longest time until a node that cannot live is told, in milliseconds. */
const PATIENCE = 60_000;

describe.each(runtimesHere)(
  "a lab with a node that cannot live, in the %s runtime",
  { timeout: 120_000 },
  (runtime) => {
    test.each([
      ["R03", "tracker", "tracker", "the tracker's own words"],
      ["R04", "leecher-1", "peer", "a peer's own words"],
    ])("%s: %s ends at once: exit 4 with what it said, and down leaves nothing", async (_, node, program, words) => {
      await using scene = await openScene(runtime, "broken");
      scene.source("file.bin", bytes(100_000, "broken"));
      const { bin } = otherProduct(scene, {
        [`${program}.mjs`]: `console.error(${JSON.stringify(words)}); process.exit(3);`,
      });
      const args = ["--name", scene.name, "--runtime", runtime, "--profile", "quick", "--leechers", "1"];
      const begin = performance.now();
      const { code, stderr } = await run(scene.dir, scene.env, ["up", "--wait", ...args], { bin }).outcome;
      expect(performance.now() - begin).toBeLessThan(PATIENCE);
      expect([code, stderr]).toEqual([4, expect.stringMatching(new RegExp(`^lab: .*${node}: .*${words}`, "m"))]);
      expect(stderr).not.toMatch(/^\s+at |this is a bug/m);
      await scene.ok("down", scene.name);
      expect(await scene.leftovers()).toEqual([]);
    });
  },
);

/** What scripts rely on: one lab from its start to its end, each step with its exit code. */
describe("R08: exit codes", { timeout: 90_000 }, () => {
  let scene: Scene;
  let elsewhere: Scene;
  const base = () => ["up", "--name", scene.name, "--runtime", "process", "--profile", "slow"];
  beforeAll(async () => {
    scene = await openScene("process", "codes");
    elsewhere = await openScene("process", "codes-too");
    for (const { dir } of [scene, elsewhere]) mkdirSync(join(dir, "profiles"));
    const slow = "seeders: [{ up: 64KiB/s }]\nleechers: [{ count: 1 }]\n";
    writeFileSync(join(scene.dir, "profiles/slow.yaml"), slow);
    scene.source("file.bin", bytes(4 * 1024 * 1024, "codes"));
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await elsewhere[Symbol.asyncDispose]();
  });

  const interrupted = (signal: NodeJS.Signals) => async () => {
    const { child, outcome } = scene.start("up", "--plain", ...base().slice(1));
    await firstLine(child);
    child.kill(signal);
    return outcome;
  };
  const lab = (args: string) => () => scene.lab(...args.split(" "), "--name", scene.name);
  const steps: [string, number, () => Promise<Outcome>][] = [
    ["a word that there is not", 2, () => scene.lab("pu")],
    ["a value that cannot be", 2, () => scene.lab(...base(), "--port", "0")],
    ["status where nothing runs", 1, lab("status")],
    [
      "an engine that is not there",
      3,
      () => run(scene.dir, { ...scene.env, DOCKER_HOST: "unix:///none" }, ["up", "-d"]).outcome,
    ],
    ["Ctrl-C", 130, interrupted("SIGINT")],
    ["SIGTERM", 143, interrupted("SIGTERM")],
    ["up until it has not come in time", 124, () => scene.lab(...base(), "--until", "complete", "--timeout", "1s")],
    ["status of what stayed up", 0, lab("status")],
    ["wait that has not come in time", 124, lab("wait --timeout 1s")],
    ["verify of what is incomplete", 4, lab("verify")],
    [
      "the same name from another folder",
      5,
      () => run(elsewhere.dir, scene.env, ["up", "-d", "--name", scene.name]).outcome,
    ],
    [
      "a node that dies while somebody waits",
      4,
      async () => {
        const waiting = scene.start("wait", "--timeout", "30s", "--name", scene.name);
        await scene.ok("kill", "leecher-1", "--name", scene.name);
        return waiting.outcome;
      },
    ],
    ["a wait bounded where nothing is waited for", 2, () => scene.lab(...base(), "-d", "--timeout", "9s")],
    [
      "events of a lab that somebody else takes down",
      0,
      async () => {
        const watching = scene.start("events", "--name", scene.name);
        await new Promise((resolve) => watching.child.stdout?.once("data", resolve));
        expect((await scene.lab("down", scene.name)).code).toBe(0);
        return watching.outcome;
      },
    ],
    ["L06: down again", 0, () => scene.lab("down", scene.name)],
    ["L06: down a third time", 0, () => scene.lab("down", scene.name)],
  ];
  test.each(steps)("%s: %i", async (_, code, act) => {
    const outcome = await act();
    expect(outcome.code, outcome.stderr).toBe(code);
  });

  test("and nothing is left", async () => {
    expect(await scene.leftovers()).toEqual([]);
  });
});
