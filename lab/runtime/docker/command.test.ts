import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { processState } from "../system.ts";
import { run } from "./command.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-command-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const node = (program: string, ...rest: string[]) => [process.execPath, "-e", program, ...rest];

test("X09: no shell sees the arguments", async () => {
  const nasty = ["a b", "$HOME", "$(touch made)", "`touch made`", "'\"", "*", "; touch made", "-rf"];
  const program = "console.log(JSON.stringify(process.argv.slice(1)))";
  const { stdout, exitCode } = await run(node(program, "--", ...nasty), { cwd: folder });
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual(nasty);
  expect(readdirSync(folder)).toEqual([]);
});

test("lines of both streams come one by one; the last twenty are kept", async () => {
  const seen: string[] = [];
  const program = "for (let i = 1; i <= 30; i++) console.error('line', i); process.exitCode = 3";
  const { exitCode, tail, stdout } = await run(node(program), { line: (line) => seen.push(line) });
  expect([exitCode, stdout, seen.length]).toEqual([3, "", 30]);
  expect(tail).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index + 11}`));
});

test("a program that is not there is a result, not a crash", async () => {
  expect(await run(["lab-no-such-program"])).toMatchObject({ exitCode: null, startError: "ENOENT" });
});

test("an abort interrupts the whole group and rejects with its reason", async () => {
  const abort = new AbortController();
  const pids: number[] = [];
  const child = "process.on('SIGINT', () => process.exit()); console.log(process.pid); setInterval(() => {}, 1000)";
  const parent = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' }); ${child}`;
  const running = run(node(parent), {
    signal: abort.signal,
    line: (line) => {
      pids.push(Number(line));
      if (pids.length === 2) abort.abort(new Error("enough"));
    },
  });
  await expect(running).rejects.toThrow("enough");
  // Whoever adopts the grandchild may be slow to collect it.
  await expect.poll(() => pids.map(processState).filter((state) => state && !state.startsWith("Z"))).toEqual([]);
});

test("a program that does not heed the interrupt is killed", async () => {
  const deaf = "process.on('SIGINT', () => {}); setInterval(() => {}, 1000); console.log('up')";
  expect(await run(node(deaf), { timeout: 300 })).toMatchObject({ exitCode: null });
});

test("a signal that was aborted before starts nothing", async () => {
  await expect(run(node("1"), { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
});
