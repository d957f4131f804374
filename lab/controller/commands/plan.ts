import { access, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunPlan } from "../../api/run-plan.ts";
import { messageOf } from "../../errors.ts";
import type { Lab } from "../lab.ts";
import { planProblem } from "../plan-problem.ts";
import { takePlan } from "../take-plan.ts";
import { done, type Handler, refused } from "./command.ts";

/** Makes the lab what the plan says; what is as it says is left alone. Answered once every node has its knobs. */
export const plan: Handler<"plan"> = async ({ lab }, command) => {
  const problem =
    foreignPlan(lab, command.plan) ?? planProblem(command.plan) ?? (await missingTorrent(lab, command.plan));
  if (problem !== undefined) return refused(problem);
  const retuned = command.retuned ?? command.plan.peers.map((peer) => peer.name);
  const told = takePlan(lab, command.plan, new Set(retuned));
  lab.reconcile();
  const problems = (await Promise.all([save(lab), ...told])).filter((problem) => problem !== undefined);
  return problems.length === 0 ? done : { ok: true, value: { warning: problems.join("; ") } };
};

/** A run keeps its name, its journal and its runtime for life. */
function foreignPlan({ plan }: Lab, wanted: RunPlan): string | undefined {
  for (const key of ["lab", "run", "runtime"] as const)
    if (wanted[key] !== plan[key]) return `the plan's ${key} is ${wanted[key]}, but this controller's is ${plan[key]}`;
  return undefined;
}

async function missingTorrent(lab: Lab, wanted: RunPlan): Promise<string | undefined> {
  for (const { infoHash, name } of wanted.torrents) {
    const file = join(lab.folder, "torrents", `${infoHash}.torrent`);
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there) return `the torrent of ${name} is not in the run's folder (torrents/${infoHash}.torrent)`;
  }
  return undefined;
}

/** A restarted controller begins with the plan that was last in force. */
async function save(lab: Lab): Promise<string | undefined> {
  const file = join(lab.folder, "plan.json");
  try {
    await writeFile(`${file}.new`, `${JSON.stringify(lab.plan, null, 2)}\n`);
    await rename(`${file}.new`, file);
    return undefined;
  } catch (error) {
    return `the plan is in force but could not be saved: ${messageOf(error)}`;
  }
}
