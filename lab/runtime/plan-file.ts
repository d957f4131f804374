import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { hasCode } from "../errors.ts";
import type { LabPlan } from "../plan/plan.ts";
import { labFolder } from "./folder.ts";

/** The plan a lab was last brought to, in its own folder: what starts a node again, and what an edit is compared with. */
export function writePlan(plan: LabPlan): void {
  const { root, plan: file } = labFolder(plan.dir, plan.lab);
  mkdirSync(root, { recursive: true });
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, JSON.stringify(plan, null, 2));
  renameSync(temporary, file);
}

/** `undefined` when there is none. */
export function readPlan(dir: string, lab: string): LabPlan | undefined {
  try {
    return JSON.parse(readFileSync(labFolder(dir, lab).plan, "utf8")) as LabPlan;
  } catch (error) {
    if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
