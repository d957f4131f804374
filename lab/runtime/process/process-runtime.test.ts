import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, openBench } from "../contract-lab.ts";
import { runtimeContract } from "../runtime.contract.ts";
import type { Runtime } from "../runtime.ts";
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

describe("what commands do at one time", () => {
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

  test("stopping two nodes while a third joins: the registry keeps all of it", async () => {
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

  test("stopping one while others leave: it stays stopped", async () => {
    const { lab } = bench.plan("leave", ["leecher-1", "leecher-2"]);
    await runtime.up(bench.plan("leave", ["leecher-1", "leecher-2"]), {});
    const leaving = runtime.up(bench.plan("leave", ["leecher-1"]), { only: [] });
    await Promise.all([leaving, runtime.act(lab, "leecher-1", "stop")]);
    const names = (await runtime.nodes(lab)).map(({ name, state }) => `${name} ${state}`);
    expect(names).toEqual(["controller running", "leecher-1 stopped", "seeder-1 running", "tracker running"]);
  });

  test("stopping one while the lab goes down does not bring the lab back", async () => {
    const wanted = bench.plan("gone", ["leecher-1"]);
    await runtime.up(wanted, {});
    await Promise.all([runtime.down(wanted.lab, {}), runtime.act(wanted.lab, "leecher-1", "stop")]);
    expect(await runtime.labs()).toEqual([]);
  });
});
