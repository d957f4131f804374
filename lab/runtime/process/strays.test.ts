import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { strays } from "./strays.ts";

const isRoot = process.platform === "linux" && process.getuid?.() === 0;
const lab = `strays-${process.pid}`;

/** A process that says it is of the lab, of this user or of another one. */
async function node(uid?: number): Promise<number> {
  const env = { PATH: process.env.PATH, LAB_NAME: lab, LAB_RUN: "r1", LAB_ROLE: "leecher" };
  const child = spawn("sleep", ["60"], { env, detached: true, ...(uid !== undefined && { uid }) });
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
  });
  await once(child, "spawn");
  return child.pid ?? 0;
}

test.runIf(isRoot)("root's strays are root's own: other users may have labs of the same name", async () => {
  await node(65_534);
  const own = await node();
  expect(strays(lab)).toEqual([{ group: own, dir: undefined }]);
});
