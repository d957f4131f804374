import { randomUUID } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode, LabError } from "../errors.ts";
import { writeError } from "../write-error.ts";
import { STATE_HINT } from "./registry.ts";
import { isAlive, startTime } from "./system.ts";

/**
 * Lets one command at a time change a lab. The lock file holds pid and start time of its holder, so that one left by a
 * killed process is broken by the next command. Throws a conflict when somebody living holds it, and an environment error
 * when the folder cannot be written.
 * @returns what gives it back.
 */
export function lockLab(folder: string, lab: string): () => void {
  const lock = join(folder, `${lab}.lock`);
  const mine = `${lock}.${randomUUID()}`;
  writeMine(folder, mine);
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (tryLink(mine, lock)) return () => release(lock);
      const holder = read(lock);
      if (holder !== undefined && isAlive(holder.pid, holder.started)) {
        throw new LabError("conflict", `another command (pid ${holder.pid}) is changing the lab "${lab}" right now`, {
          hint: "Wait until it has ended, or give this lab another --name.",
        });
      }
      breakStale(lock, mine);
    }
    throw new LabError("conflict", `the lock of the lab "${lab}" changes hands too fast`, { hint: "Try again." });
  } finally {
    rmSync(mine, { force: true });
  }
}

function writeMine(folder: string, file: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, `${process.pid} ${startTime(process.pid)}`, { mode: 0o600 });
  } catch (error) {
    throw writeError(folder, error, STATE_HINT);
  }
}

/** Removes the lock that killed processes left, and what they had made to take it; those of living processes stay. */
export function sweepLock(folder: string, lab: string): void {
  const lock = join(folder, `${lab}.lock`);
  if (isStale(lock)) {
    const mine = `${lock}.${randomUUID()}`;
    writeMine(folder, mine);
    try {
      breakStale(lock, mine);
    } finally {
      rmSync(mine, { force: true });
    }
  }
  for (const path of attemptsAt(folder, lock)) if (isStale(path)) rmSync(path, { force: true });
}

/** Files of those who wanted to take the lock, or to break it. */
function attemptsAt(folder: string, lock: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.startsWith(`${lock}.`));
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

function read(lock: string): { pid: number; started: string } | undefined {
  try {
    const [pid, ...started] = readFileSync(lock, "utf8").split(" ");
    return { pid: Number(pid), started: started.join(" ") };
  } catch {
    return undefined;
  }
}

/**
 * Removes a lock that a killed process left, unless another command is about to. It is looked at once more in a turn that
 * one command has at a time: who had found it stale before might else remove the lock that another has taken since.
 */
function breakStale(lock: string, mine: string): void {
  const turn = `${lock}.break`;
  if (!tryLink(mine, turn)) {
    if (isStale(turn)) breakStale(turn, mine);
    return;
  }
  try {
    if (isStale(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(turn, { force: true });
  }
}

function isStale(lock: string): boolean {
  const holder = read(lock);
  return holder !== undefined && !isAlive(holder.pid, holder.started);
}

function release(lock: string): void {
  const holder = read(lock);
  if (holder?.pid === process.pid) rmSync(lock, { force: true });
}
