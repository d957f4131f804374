import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { NodeState } from "../../api/words.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { inputOf } from "../../plan/plan.fixture.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { FoundLab } from "../find-lab.ts";
import type { UpFlags } from "../up.ts";
import type { World } from "../world.ts";
import { makeLabPlan } from "./lab-plan.ts";

/** `up` of a lab that is there, with its nodes in this state and the controller's port taken. */
async function upAgain(state: NodeState, port?: number) {
  const dir = mkdtempSync(join(tmpdir(), "lab-plan-"));
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  onTestFinished(() => {
    server.close();
    rmSync(dir, { recursive: true });
  });
  mkdirSync(join(dir, "sources"));
  writeFileSync(join(dir, "sources/film.bin"), "film");
  const taken = (server.address() as AddressInfo).port;
  const input = inputOf({ seeders: [{}] }, { dir, ports: { controller: taken, tracker: 6969, web: 0 } });
  const runtime = { kind: "process", nodes: async () => [{ name: "seeder-1", state }] } as unknown as Runtime;
  const before = { name: "demo", plan: makePlan(input), runtime } as unknown as FoundLab;
  const stream = { write: () => true } as unknown as NodeJS.WriteStream;
  const world = { env: {}, dir, root: dir, stdout: stream, stderr: stream } as unknown as World;
  const { plan } = await makeLabPlan(world, {
    flags: { keepLive: false, dryRun: false, ...(port !== undefined && { port }) } as UpFlags,
    wanted: { lab: "demo", profile: input.profile, scale: {}, until: undefined },
    runtime,
    before,
    signal: new AbortController().signal,
  });
  return { plan, taken, run: input.run };
}

test.each(["running", "paused", "starting"] as const)("a lab with a node that is %s keeps its ports", async (state) => {
  const { plan, taken } = await upAgain(state);
  expect(plan.port).toBe(taken);
  await expect(upAgain(state, 7999)).rejects.toMatchObject({ message: expect.stringContaining("runs already") });
});

test.each(["stopped", "failed", "created"] as const)(
  "a lab whose nodes are all %s goes on with its run on free ports, or the one asked for: after a reboot others may have its own",
  async (state) => {
    const { plan, taken, run } = await upAgain(state);
    expect(plan.run.run).toBe(run);
    expect(plan.port).not.toBe(taken);
    const asked = plan.port;
    expect((await upAgain(state, asked)).plan.port).toBe(asked);
  },
);
