import { execFileSync, spawn } from "node:child_process";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { BIN } from "./scene.ts";

const OLD = process.env.LAB_OLD_NODE ?? "/usr/bin/node";
const found = majorOf(OLD);
const isOld = found !== undefined && found < 24;
if (!isOld) console.info(`no older Node at ${OLD} (LAB_OLD_NODE): starting on one is not tested`);

test.runIf(isOld)("an older Node starts the pinned one, with arguments and output", () => {
  const version = execFileSync(process.execPath, [BIN, "--version"], { encoding: "utf8" });
  expect(execFileSync(OLD, [BIN, "--version"], { encoding: "utf8", env: bare() })).toBe(version);
  expect(execFileSync(OLD, [BIN, "up", "--help"], { encoding: "utf8", env: bare() })).toContain("--leechers");
});

test.runIf(isOld)("its exit code is passed on", async () => {
  expect(await end(spawn(OLD, [BIN, "--nonsense"], { env: bare(), stdio: "ignore" }))).toEqual([2, null]);
});

test.runIf(isOld).each([
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const)("%s is passed on", async (signal, code) => {
  // An engine that never answers keeps the command waiting in a place where it has nothing to remove.
  const asked = Promise.withResolvers<void>();
  const silent = createServer(() => asked.resolve()).listen(0, "127.0.0.1");
  await new Promise((ready) => silent.once("listening", ready));
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : 0;
  const env = { ...bare(), DOCKER_HOST: `tcp://127.0.0.1:${port}` };
  const child = spawn(OLD, [BIN, "up", "--dry-run"], { env, stdio: "ignore", detached: true });
  await asked.promise;
  // A terminal's Ctrl-C goes to the whole group.
  if (signal === "SIGINT") process.kill(-(child.pid ?? 0), signal);
  else child.kill(signal);
  const ended = end(child);
  silent.closeAllConnections();
  silent.close();
  expect(await ended).toEqual([code, null]);
});

function bare(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
}

function end(child: ReturnType<typeof spawn>): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve([code, signal])));
}

function majorOf(node: string): number | undefined {
  try {
    return Number(execFileSync(node, ["-p", "process.versions.node.split('.')[0]"], { encoding: "utf8" }));
  } catch {
    return undefined;
  }
}
