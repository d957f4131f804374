import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { runtimeContract } from "../runtime.contract.ts";
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
