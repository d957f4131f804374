import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findByEnvironment } from "../runtime/system.ts";
import { testSeed } from "../test-seed.fixture.ts";
import { corpusOf } from "./explore.ts";
import { runTarget } from "./run-target.ts";
import { targets } from "./targets.ts";

const SECONDS = Number(process.env.LAB_FUZZ_SECONDS ?? 1);
const seed = testSeed("inputs of the fuzz targets");

test.each(targets.map((target) => [target.name, target] as const))(
  "%s: good inputs, inputs that once broke something, and random ones break no promise",
  async (_, target) => {
    const { finding, inputs } = await runTarget(target, { seed, seconds: SECONDS });
    expect(finding && { ...finding, input: Buffer.from(finding.input).toString("latin1") }).toBeUndefined();
    expect(inputs).toBeGreaterThanOrEqual(target.good.length + target.others.length + corpusOf(target.name).length);
  },
  30_000 + 1000 * SECONDS,
);

test.each(["wire", "profile"])("%s: Ctrl-C ends it with 130, and leaves no program and no folder", async (target) => {
  const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [script, target], {
    env: { ...process.env, TMPDIR: folder },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  await vi.waitFor(() => expect(readdirSync(folder)).toHaveLength(1), 20_000);
  child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
  expect(readdirSync(folder)).toEqual([]);
  const programs = findByEnvironment(["LAB_TOKEN_FILE"]).filter(({ env }) => env.LAB_TOKEN_FILE?.startsWith(folder));
  expect(programs).toEqual([]);
});
