import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "../../eventually.fixture.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { type Bench, openBench } from "../contract-lab.ts";
import { readRegistry } from "../registry.ts";
import { runtimeContract } from "../runtime.contract.ts";
import type { Runtime } from "../runtime.ts";
import { findByEnvironment, processGroup, processState } from "../system.ts";
import { processRuntime } from "./process-runtime.ts";

const registry = mkdtempSync(join(tmpdir(), "lab-registry-"));
afterAll(() => rmSync(registry, { recursive: true }));

runtimeContract("process", () => ({
  kind: "process",
  create: (programs) => processRuntime({ programs, registry }),
  /** Another program of the user that happens to have a variable of ours, but is no node. */
  foreign: async (lab) => {
    const child = spawn("sleep", ["60"], { env: { LAB_NAME: lab }, detached: true });
    await once(child, "spawn");
    return {
      runs: async () => child.exitCode === null && child.signalCode === null,
      end: async () => {
        child.kill();
        await once(child, "exit");
      },
    };
  },
}));

describe("local processes", () => {
  let bench: Bench;
  let runtime: Runtime;
  beforeEach(async () => {
    bench = await openBench("process");
    runtime = processRuntime({ programs: bench.programs, registry });
  });
  afterEach(async () => {
    for (const { lab } of await runtime.labs()) await runtime.down(lab, {});
    bench[Symbol.dispose]();
  });

  test("two nodes are stopped while a third joins: the registry keeps all of it", async () => {
    const { lab } = bench.plan("stops", ["leecher-1", "leecher-2"]);
    await runtime.up(bench.plan("stops", ["leecher-1", "leecher-2"]), {});
    const stopping = ["leecher-1", "leecher-2"].map((name) => runtime.act(lab, name, "stop"));
    await runtime.up(bench.plan("stops", ["leecher-1", "leecher-2", "leecher-3"]), { only: ["leecher-3"] });
    await Promise.all(stopping);
    const states = (await runtime.nodes(lab)).map(({ name, state }) => [name, state]);
    expect(Object.fromEntries(states)).toMatchObject({
      "leecher-1": "stopped",
      "leecher-2": "stopped",
      "leecher-3": "running",
    });
  });

  test("a node is stopped while others leave: it stays stopped", async () => {
    const { lab } = bench.plan("leave", ["leecher-1", "leecher-2"]);
    await runtime.up(bench.plan("leave", ["leecher-1", "leecher-2"]), {});
    const leaving = runtime.up(bench.plan("leave", ["leecher-1"]), { only: [] });
    await Promise.all([leaving, runtime.act(lab, "leecher-1", "stop")]);
    const names = (await runtime.nodes(lab)).map(({ name, state }) => `${name} ${state}`);
    expect(names).toEqual(["controller running", "leecher-1 stopped", "seeder-1 running", "tracker running"]);
  });

  test("a node is stopped while the lab goes down: that does not bring the lab back", async () => {
    const wanted = bench.plan("gone", ["leecher-1"]);
    await runtime.up(wanted, {});
    await Promise.all([runtime.down(wanted.lab, {}), runtime.act(wanted.lab, "leecher-1", "stop")]);
    expect(await runtime.labs()).toEqual([]);
  });

  test("of a lab whose nodes do not end the entry stays, so that the next down finds them", async () => {
    const wanted = bench.plan("stubborn", ["leecher-1"]);
    await runtime.up(wanted, {});
    const kill = vi.spyOn(process, "kill").mockReturnValue(true);
    try {
      expect((await runtime.down(wanted.lab, {})).left).toHaveLength(4);
    } finally {
      kill.mockRestore();
    }
    expect((await runtime.nodes(wanted.lab)).map(({ state }) => state)).toEqual(Array(4).fill("running"));
    expect(await runtime.down(wanted.lab, {})).toMatchObject({ nodes: 4, left: [] });
    expect(await runtime.labs()).toEqual([]);
  });

  test("a node that the plan starts otherwise begins anew with its downloads, the others run on", async () => {
    const plan = bench.plan("swap", ["leecher-1", "helper-1"]);
    const pids = (): Record<string, number> =>
      Object.fromEntries(
        Object.entries(readRegistry(registry, plan.lab)?.nodes ?? {}).map(([name, { pid }]) => [name, pid]),
      );
    const firstLines = async (node: string, count: number) => {
      const lines: string[] = [];
      for await (const { text } of runtime.logs(plan.lab, { node, follow: true })) {
        if (text.startsWith("up ")) lines.push(text);
        if (lines.length === count) break;
      }
      return lines;
    };
    await runtime.up(plan, {});
    await firstLines("helper-1", 1);
    const before = pids();
    await runtime.up(bench.plan("swap", ["leecher-1", "helper-1"]), {});
    expect(pids()).toEqual(before);

    const { profile } = plan.input;
    const [helper, leecher] = ["helper", "leecher"].map((name) => profile.leechers.filter((one) => one.name === name));
    const swapped = makePlan({
      ...plan.input,
      profile: { ...profile, seeders: [...profile.seeders, ...(helper ?? [])], leechers: leecher ?? [] },
    });
    await runtime.up(swapped, { only: [] });
    expect(pids()).toEqual(before);
    expect((await runtime.nodes(plan.lab)).map(({ state }) => state)).not.toContain("failed");
    await runtime.up(swapped, {});
    const after = pids();
    expect({ ...after, "helper-1": before["helper-1"] }).toEqual(before);
    expect(after["helper-1"]).not.toBe(before["helper-1"]);
    expect((await firstLines("helper-1", 2)).at(-1)).toContain("boot=2");
    expect((await runtime.nodes(plan.lab)).find(({ name }) => name === "helper-1")?.role).toBe("seeder");

    const larger = makePlan({ ...swapped.input, profile: { ...swapped.input.profile, memory: 1024 ** 3 } });
    await runtime.up(larger, {});
    const kept = Object.entries(pids()).filter(([name, pid]) => after[name] === pid);
    expect(kept.map(([name]) => name).sort()).toEqual(["controller", "tracker"]);
  });

  /** A node whose shell alone was killed, as `pkill -f` of its name does; and the process that is left of it. */
  async function upWithoutShell(lab: string): Promise<{ lab: string; left: number }> {
    const wanted = bench.plan(lab, ["leecher-1"]);
    await runtime.up(wanted, {});
    for await (const _ of runtime.logs(wanted.lab, { node: "leecher-1", follow: true })) break;
    const shell = readRegistry(registry, wanted.lab)?.nodes["leecher-1"]?.pid ?? 0;
    const own = findByEnvironment(["LAB_NAME", "LAB_NODE"]).filter(({ pid }) => processGroup(pid) === shell);
    const left = own.find(({ pid }) => pid !== shell)?.pid ?? 0;
    process.kill(shell, "SIGKILL");
    await eventually(() => expect(processState(shell)).toBe(""));
    expect(processState(left)).toMatch(/^[^Z]/);
    return { lab: wanted.lab, left };
  }

  const stateOf = async (lab: string) => (await runtime.nodes(lab)).find(({ name }) => name === "leecher-1")?.state;

  test.runIf(process.platform === "linux")("a node whose shell alone was killed runs, and down ends it", async () => {
    const { lab, left } = await upWithoutShell("shell");
    expect(await stateOf(lab)).toBe("running");
    expect(await runtime.down(lab, {})).toMatchObject({ nodes: 4, left: [] });
    expect(processState(left)).toMatch(/^Z?$/);
  });

  test.runIf(process.platform === "linux")("it is not started twice, and paused and removed as any", async () => {
    const { lab, left } = await upWithoutShell("shell-acts");
    const before = readRegistry(registry, lab);
    await runtime.act(lab, "leecher-1", "start");
    await runtime.up(bench.plan("shell-acts", ["leecher-1"]), {});
    expect(readRegistry(registry, lab)).toEqual(before);
    await runtime.act(lab, "leecher-1", "pause");
    await eventually(async () => expect(await stateOf(lab)).toBe("paused"));
    await runtime.act(lab, "leecher-1", "remove");
    expect(await stateOf(lab)).toBeUndefined();
    expect(processState(left)).toMatch(/^Z?$/);
  });
});
