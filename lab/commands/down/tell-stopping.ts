import { readPlan } from "../../runtime/plan-file.ts";
import type { LabReport } from "../../runtime/runtime.ts";
import { clientOfPlan } from "../find-lab.ts";

/** A controller that is frozen takes connections and never answers: shorter than for who asks it something. */
const PATIENCE_MS = 1000;

/**
 * Tells a lab's controller that the lab goes down, so that viewers see its nodes stop and not fail. A lab of which only a
 * part is left has nobody to tell.
 */
export async function tellStopping({ lab, run, dir, running }: LabReport): Promise<void> {
  if (running === 0) return;
  try {
    const plan = readPlan(dir, lab);
    // The folder may be lost, or hold another run by now.
    if (plan?.run?.run !== run) return;
    await clientOfPlan(plan).command({ type: "stopping" }, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    // No controller, no token, a damaged plan: the lab is removed all the same.
  }
}
