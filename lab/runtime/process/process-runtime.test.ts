import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { eventually } from "../../eventually.fixture.ts";
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
