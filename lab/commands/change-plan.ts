import { LabError } from "../errors.ts";
import { differenceText, isEmpty, planDifference } from "../plan/difference.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { LabPlan, PlanInput } from "../plan/plan.ts";
import { lockLab } from "../runtime/lock.ts";
import { registryFolder } from "../runtime/registry.ts";
import { carryOut } from "./carry-out.ts";
import { type FoundLab, findLab } from "./find-lab.ts";
import { tell, type World } from "./world.ts";

/**
 * Changes a running lab: plans again with a changed input and carries out only the difference, which it says.
 * @param change gives the new input; throws a usage error for what makes no sense.
 * @param torrents new torrent files, by info-hash.
 */
export async function changePlan(
  world: World,
  name: string | undefined,
  change: (plan: LabPlan) => Partial<PlanInput>,
  torrents: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<void> {
  const release = lockLab(registryFolder(world.env), (await findLab(world, name)).name);
  try {
    const lab = await findLab(world, name);
    const before = planOf(lab);
    const plan = makePlan({ ...before.input, ...change(before) });
    const difference = planDifference(before, plan);
    if (isEmpty(difference)) return tell(world, "nothing to do");
    for (const line of differenceText(before, plan)) tell(world, line);
    const only = difference.added.map((peer) => peer.name);
    await carryOut(world, { plan, torrents, runtime: lab.runtime, running: true, options: { only } });
  } finally {
    release();
  }
}

/** The plan of a lab whose folder is still there. */
export function planOf(lab: FoundLab): LabPlan {
  if (lab.plan) return lab.plan;
  throw new LabError("failed", `the plan of the lab "${lab.name}" is gone from ${lab.folder.root}`, {
    hint: `It can only be removed: \`lab down ${lab.name}\`.`,
  });
}
