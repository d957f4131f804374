import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type ErrorKind, LabError } from "../../errors.ts";
import { settledSources } from "../../torrents/settle.ts";
import { tell, type World } from "../world.ts";
import { takeUp } from "./take-up.ts";

/** What the attempts, one after the other, do: an error, or what is yielded; and all that was said until that was. */
async function takeUpWith(outcomes: readonly (LabError | Error | string)[]): Promise<{ done: string; said: string }> {
  const folder = mkdtempSync(join(tmpdir(), "lab-take-up-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "a.iso"), "a");
  let said = "";
  const world = { stderr: { write: (text: string) => (said += text) } } as unknown as World;
  const left = [...outcomes];
  const taken = takeUp(world, {
    sources: settledSources(folder, async () => true),
    async attempt(quiet) {
      tell(quiet, "looking");
      const outcome = left.shift();
      if (outcome instanceof Error) throw outcome;
      return outcome ?? "";
    },
    until: new AbortController().signal,
    pause: async () => {},
  });
  for await (const done of taken) return { done, said };
  throw new Error("it ended");
}

const problem = (kind: ErrorKind, message: string, hint: string) => new LabError(kind, message, { hint });

test("what fails is tried again until it works, and each problem is said once", async () => {
  const full = (free: string) => problem("environment", `the disk has ${free} free`, "make room");
  const paused = problem("environment", "the controller does not answer", "unpause it");
  const busy = problem("conflict", "another command is changing the lab", "wait");
  const { done, said } = await takeUpWith([busy, full("1 MiB"), full("2 MiB"), paused, busy, paused, "1 added"]);
  expect(done).toBe("1 added");
  expect(said.trim().split("\n")).toEqual([
    "looking",
    "looking",
    "lab: not taken up yet: the disk has 1 MiB free",
    "     make room",
    "lab: not taken up yet: the controller does not answer",
    "     unpause it",
    "looking",
  ]);
});

test("what is no problem of the user's ends it", async () => {
  await expect(takeUpWith([new Error("a bug")])).rejects.toThrow("a bug");
});
