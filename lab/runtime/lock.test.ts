import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockLab, sweepLock } from "./lock.ts";
import { startTime } from "./system.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("one holder at a time, and the next one after it", () => {
  const release = lockLab(folder, "demo");
  expect(() => lockLab(folder, "demo")).toThrow(/another command \(pid \d+\)/);
  lockLab(folder, "other")();
  release();
  lockLab(folder, "demo")();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a process that is gone is broken", () => {
  writeFileSync(join(folder, "demo.lock"), "999999999 12345");
  lockLab(folder, "demo")();
});

test("L08: a lock whose pid was given to another process is broken", async () => {
  const other = spawn("sleep", ["60"]);
  try {
    writeFileSync(join(folder, "demo.lock"), `${other.pid} ${startTime(process.pid)}-before`);
    lockLab(folder, "demo")();
  } finally {
    other.kill();
    await once(other, "exit");
  }
});

test("of commands that all break what others left one at a time holds the lock", { timeout: 60_000 }, async () => {
  const program = `
    const { lockLab } = await import(${JSON.stringify(new URL("lock.ts", import.meta.url).href)});
    const { openSync, closeSync, rmSync, writeFileSync } = await import("node:fs");
    const folder = process.argv[1];
    for (let held = 0; held < 300; ) {
      try {
        lockLab(folder, "demo");
      } catch (error) {
        if (error.kind === "conflict") continue;
        throw error;
      }
      held += 1;
      closeSync(openSync(folder + "/alone", "wx"));
      rmSync(folder + "/alone");
      // As if it had been killed.
      writeFileSync(folder + "/demo.lock", "999999999 12345");
    }`;
  const commands = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ["--input-type=module", "-e", program, folder], { stdio: ["ignore", "ignore", "inherit"] }),
  );
  const ends = await Promise.all(commands.map((command) => once(command, "exit")));
  expect(ends).toEqual(commands.map(() => [0, null]));
});

test("who breaks a lock does not wait for a command that was killed while it did", () => {
  for (const name of ["demo.lock", "demo.lock.break"]) writeFileSync(join(folder, name), "999999999 12345");
  lockLab(folder, "demo")();
  expect(readdirSync(folder)).toEqual([]);
});

test("a damaged lock is broken", () => {
  writeFileSync(join(folder, "demo.lock"), "");
  lockLab(folder, "demo")();
});

test("a folder that cannot be written is the environment's fault, and it is said how to get another", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect(() => lockLab(join(file, "torrent-lab"), "demo")).toThrow(
    expect.objectContaining({ kind: "environment", hint: expect.stringContaining("XDG_STATE_HOME") }),
  );
});

test("sweeping removes the lock of a process that is gone, and no other", () => {
  const release = lockLab(folder, "mine");
  writeFileSync(join(folder, "gone.lock"), "999999999 12345");
  for (const lab of ["mine", "gone", "none"]) sweepLock(folder, lab);
  expect(readdirSync(folder)).toEqual(["mine.lock"]);
  release();
});

test("what was made to take a lock is swept when its maker was killed, and left to one that lives", () => {
  const living = `${process.pid} ${startTime(process.pid)}`;
  writeFileSync(join(folder, "demo.lock"), living);
  for (const [end, holder] of [
    ["killed", "999999999 12345"],
    ["break", "999999999 12345"],
    ["living", living],
  ])
    writeFileSync(join(folder, `demo.lock.${end}`), `${holder}`);
  writeFileSync(join(folder, "other.lock.killed"), "999999999 12345");
  sweepLock(folder, "demo");
  expect(readdirSync(folder).sort()).toEqual(["demo.lock", "demo.lock.living", "other.lock.killed"]);
});
