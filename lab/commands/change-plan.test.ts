import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scaled } from "../plan/live.ts";
import { makePlan } from "../plan/make-plan.ts";
import { inputOf } from "../plan/plan.fixture.ts";
import { labFolder } from "../runtime/folder.ts";
import { nodeFiles } from "../runtime/process/start.ts";
import { carryOut } from "./carry-out.ts";
import { changeInput } from "./change-plan.ts";
import { openProcessRuntime } from "./runtimes.ts";
import { pickPorts } from "./up/ports.ts";
import type { World } from "./world.ts";

const CONTROLLER = fileURLToPath(new URL("../controller/main.ts", import.meta.url));
/** What lives and does nothing. */
const IDLE = "setInterval(() => {}, 1000);";

/** A lab of processes with a real controller, whose other nodes are idle. */
async function openLab() {
  const dir = mkdtempSync(join(tmpdir(), "lab-change-"));
  const programs = join(dir, ".build/node");
  mkdirSync(programs, { recursive: true });
  for (const program of ["tracker", "peer"]) writeFileSync(join(programs, `${program}.mjs`), IDLE);
  writeFileSync(join(programs, "controller.mjs"), `await import(${JSON.stringify(CONTROLLER)});`);
  let said = "";
  const stream = { write: (text: string) => (said += text) } as unknown as NodeJS.WriteStream;
  const env = { XDG_STATE_HOME: join(dir, "state") };
  const world: World = { env, dir, root: dir, stdout: stream, stderr: stream, stdin: process.stdin };
  const ports = { ...(await pickPorts(undefined, undefined)), web: 0 };
  const profile = { seeders: [{ count: 1 }], leechers: [{ count: 1 }] };
  const plan = makePlan(inputOf(profile, { dir, ports, torrents: [], folders: labFolder(dir, "demo") }));
  const runtime = openProcessRuntime(world);
  const work = { plan, runtime, torrents: new Map(), running: false, retuned: undefined, options: {} };
  await carryOut(world, work);
  return {
    ...{ world, plan, runtime },
    /** What was said since it was asked last. */
    said() {
      const text = said;
      said = "";
      return text;
    },
    states: async () => Object.fromEntries((await runtime.nodes("demo")).map(({ name, state }) => [name, state])),
    async [Symbol.asyncDispose]() {
      await runtime.down("demo", {});
      rmSync(dir, { recursive: true });
    },
  };
}

test("a change that failed half-way is carried to its end when it is made again", { timeout: 60_000 }, async () => {
  await using lab = await openLab();
  const scale = () => changeInput(lab.world, "demo", (plan) => scaled(plan, { leecher: 2 }));
  // Where its log is to be written.
  const { log } = nodeFiles(lab.plan.dir, "demo", lab.plan.run.run, "leecher-2");
  mkdirSync(log);
  await expect(scale()).rejects.toThrow("EISDIR");
  expect(await lab.states()).not.toHaveProperty("leecher-2");
  rmdirSync(log);
  lab.said();
  await scale();
  expect(lab.said()).toBe("~ leecher-2: gone → running\n");
  expect(await lab.states()).toMatchObject({ "leecher-1": "running", "leecher-2": "running" });
  await scale();
  expect(lab.said()).toBe("nothing to do\n");
});
