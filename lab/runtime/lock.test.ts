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
