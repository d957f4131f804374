import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { changeNode } from "./change-registry.ts";
import { readRegistry, writeRegistry } from "./registry.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-registry-"));
  writeRegistry(folder, { lab: "demo", run: "r1", runtime: "process", dir: "/home/ann/lab", nodes: {} });
});
afterEach(() => rmSync(folder, { recursive: true }));

const MODULE = fileURLToPath(new URL("./change-registry.ts", import.meta.url));
const NODE = {
  ...{ pid: 1, started: "1", startedAt: 1, role: "leecher", wanted: "running" as const },
  launch: { program: "peer", flags: [], environment: {} },
};
const EACH = 40;

/** Another command, which adds nodes of its own one by one as soon as it is told to. */
function command(group: string): { begin(): void; ended: Promise<unknown> } {
  const program = `
    const { changeNode } = await import(${JSON.stringify(MODULE)});
    process.stdin.once("data", () => {
      for (let i = 1; i <= ${EACH}; i += 1)
        changeNode(${JSON.stringify(folder)}, "demo", "${group}-" + i, () => (${JSON.stringify(NODE)}));
      process.exit(0);
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  return { begin: () => void child.stdin.write("go"), ended: once(child, "exit") };
}

test("several commands change a lab's entry at once, and no record is lost", { timeout: 60_000 }, async () => {
  const commands = ["a", "b", "c", "d"].map(command);
  for (const { begin } of commands) begin();
  expect(await Promise.all(commands.map(({ ended }) => ended))).toEqual(commands.map(() => [0, null]));
  expect(Object.keys(readRegistry(folder, "demo")?.nodes ?? {})).toHaveLength(commands.length * EACH);
  expect(readdirSync(folder)).toEqual(["demo.json"]);
});

test("a command that was killed while it changed the entry holds nobody up", () => {
  writeFileSync(join(folder, "demo.entry.lock"), "999999999 12345");
  changeNode(folder, "demo", "leecher-1", () => NODE);
  expect(readRegistry(folder, "demo")?.nodes["leecher-1"]).toEqual(NODE);
});

test("a lab that is gone is not brought back by a change of one of its nodes", () => {
  changeNode(folder, "gone", "leecher-1", () => NODE);
  expect(readRegistry(folder, "gone")).toBeUndefined();
});
