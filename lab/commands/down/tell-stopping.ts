import { readPlan } from "../../runtime/plan-file.ts";
import type { LabReport, Runtime } from "../../runtime/runtime.ts";
import { clientOfPlan } from "../find-lab.ts";

/** A controller that is frozen takes connections and never answers. */
const PATIENCE_MS = 1000;

/**
 * Tells the lab's controller that the lab goes down, so that viewers see its nodes stop and not fail. A lab of which only a
 * part is left has nobody to tell.
 */
export async function tellStopping(runtimes: readonly Runtime[], lab: string): Promise<void> {
  const reports = (await Promise.all(runtimes.map((runtime) => runtime.labs()))).flat();
  const running = reports.filter((report) => report.lab === lab && report.origin === "lab" && report.running > 0);
  await Promise.all(running.map(tell));
}

async function tell({ lab, run, dir }: LabReport): Promise<void> {
  try {
    const plan = readPlan(dir, lab);
    // The folder may be lost, or hold another run by now.
    if (plan?.run?.run !== run) return;
    await clientOfPlan(plan).command({ type: "stopping" }, { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    // No controller, no token, a damaged plan: the lab is removed all the same.
  }
}
