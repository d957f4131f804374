import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunPlan } from "../api/run-plan.ts";
import { labFolder } from "../runtime/folder.ts";

/** A run's name: when it began, in UTC, and something that keeps two of the same second apart. */
export function newRun(now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return `${stamp}-${randomBytes(2).toString("hex")}`;
}

/** What the controller reads: `plan.json` and the torrents of a run. Each file appears whole or not at all. */
export function writeRun(dir: string, plan: RunPlan, torrents: ReadonlyMap<string, Uint8Array>): void {
  const folder = join(labFolder(dir, plan.lab).runs, plan.run);
  mkdirSync(join(folder, "torrents"), { recursive: true });
  mkdirSync(join(folder, "logs"), { recursive: true });
  for (const [infoHash, bytes] of torrents) replace(join(folder, "torrents", `${infoHash}.torrent`), bytes);
  replace(join(folder, "plan.json"), JSON.stringify(plan, null, 2));
}

function replace(file: string, content: Uint8Array | string): void {
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, content);
  renameSync(temporary, file);
}
