import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { RunPlan } from "../api/run-plan.ts";
import { labFolder } from "../runtime/folder.ts";
import { writeWhole } from "../runtime/write-whole.ts";
import { writeError } from "../write-error.ts";

/** A run's name: when it began, in UTC, and something that keeps two of the same second apart. */
export function newRun(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `${stamp}-${randomBytes(2).toString("hex")}`;
}

/** The torrents of a run, where the controller looks for them. Each file appears whole or not at all. */
export function writeRunTorrents(dir: string, plan: RunPlan, torrents: ReadonlyMap<string, Uint8Array>): void {
  const folder = runFolder(dir, plan);
  for (const part of ["torrents", "logs"]) makeFolder(join(folder, part));
  for (const [infoHash, bytes] of torrents) writeWhole(join(folder, "torrents", `${infoHash}.torrent`), bytes);
}

/** What a controller starts with. */
export function writeRunPlan(dir: string, plan: RunPlan): void {
  writeWhole(join(runFolder(dir, plan), "plan.json"), JSON.stringify(plan, null, 2));
}

function runFolder(dir: string, { lab, run }: RunPlan): string {
  return join(labFolder(dir, lab).runs, run);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw writeError(folder, error);
  }
}
