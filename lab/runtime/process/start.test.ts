import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Program } from "../../plan/plan.ts";
import { startNode } from "./start.ts";

const PROGRAM = 'import { getPriority } from "node:os"; console.log(getPriority());';

test.each([
  ["leecher", "peer", 10],
  ["seeder", "peer", 10],
  ["tracker", "tracker", 0],
  ["controller", "controller", 0],
] as const)("a %s runs the program %s at a niceness of %i, and its end is noted", async (role, program, niceness) => {
  const { log, exit } = start(role, program);
  await vi.waitFor(() => expect(readFileSync(exit, "utf8")).toBe("0\n"), 10_000);
  const lowest = constants.priority.PRIORITY_LOW;
  expect(Number(readFileSync(log, "utf8"))).toBe(Math.min(lowest, getPriority() + niceness));
});

function start(role: string, program: Program): { log: string; exit: string } {
  const folder = mkdtempSync(join(tmpdir(), "lab-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, `${program}.mjs`), PROGRAM);
  const files = { log: join(folder, "log"), exit: join(folder, "exit") };
  startNode(folder, files, { name: "node", role, launch: { program, flags: [], environment: {} } });
  return files;
}
