import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../errors.ts";
import type { LabPlan } from "../plan/plan.ts";
import { labFolder } from "./folder.ts";

/** The plan a lab was last brought to, in its own folder: what starts a node again, and what an edit is compared with. */
export function writePlan(plan: LabPlan): void {
  const { root } = labFolder(plan.dir, plan.lab);
  mkdirSync(root, { recursive: true });
  const file = join(root, "plan.json");
  const temporary = `${file}.${randomUUID()}`;
  writeFileSync(temporary, JSON.stringify(plan, null, 2));
  renameSync(temporary, file);
}

/** `undefined` when there is none. */
export function readPlan(dir: string, lab: string): LabPlan | undefined {
  try {
    return JSON.parse(readFileSync(join(labFolder(dir, lab).root, "plan.json"), "utf8")) as LabPlan;
  } catch (error) {
    if (hasCode(error, "ENOENT") || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
