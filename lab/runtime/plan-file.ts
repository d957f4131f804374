import { readFileSync } from "node:fs";
import { hasCode } from "../errors.ts";
import type { LabPlan } from "../plan/plan.ts";
import { labFolder } from "./folder.ts";
import { writeWhole } from "./write-whole.ts";

/** The plan a lab was last brought to, in its own folder: what starts a node again, and what an edit is compared with. */
export function writePlan(plan: LabPlan): void {
  writeWhole(labFolder(plan.dir, plan.lab).plan, JSON.stringify(plan, null, 2));
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
