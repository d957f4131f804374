import { differenceText, isEmpty, type PlanDifference, planDifference } from "../plan/difference.ts";
import { makePlan } from "../plan/make-plan.ts";
import type { LabPlan, PlanInput } from "../plan/plan.ts";
import { lockLab } from "../runtime/lock.ts";
import { registryFolder } from "../runtime/registry.ts";
import { carryOut } from "./carry-out.ts";
import { type FoundLab, findLab, planOf } from "./find-lab.ts";
import { withKnobsInForce } from "./knobs-in-force.ts";
import { labNameOf } from "./lab-name.ts";
import { checkRoom } from "./room.ts";
import { tell, type World } from "./world.ts";

export interface PlanChange {
  readonly input: Partial<PlanInput>;
  /** New torrent files, by info-hash. */
  readonly torrents?: ReadonlyMap<string, Uint8Array>;
}

/** What was done to a lab. */
export interface ChangeDone extends PlanDifference {
  /** Nodes that the plan had already and the runtime never started, or has no more: an earlier change failed half-way. */
  readonly caughtUp: readonly string[];
}

/**
 * Changes a running lab: plans again with a changed input and carries out only the difference, which it says, and what an
 * earlier change left undone. Nodes that were stopped stay so, knobs that were set live stay in force. What does not fit on
 * the machine is refused before anything has changed.
 * @param change gives the new input; throws a usage error for what makes no sense.
 * @returns what was done; empty when there was nothing to do.
 */
export async function changePlan(
  world: World,
  name: string | undefined,
  change: (plan: LabPlan, lab: FoundLab) => PlanChange | Promise<PlanChange>,
): Promise<ChangeDone> {
  const release = lockLab(registryFolder(world.env), labNameOf(world, name));
  try {
    const lab = await withKnobsInForce(await findLab(world, name));
    const before = planOf(lab);
    const { input, torrents = new Map() } = await change(before, lab);
    const plan = makePlan({ ...before.input, ...input });
    const difference = planDifference(before, plan);
    const notes = await checkRoom(plan, { folder: lab.folder.root, runtime: lab.runtime, before });
    const undone = await undoneOf(lab, before, plan);
    const lines = undone.map(({ name, state }) => `~ ${name}: ${state} → running`);
    for (const line of [...differenceText(before, plan), ...lines, ...notes]) tell(world, line);
    const done = { ...difference, caughtUp: undone.map(({ name }) => name) };
    const only = [...difference.added.map(({ name }) => name), ...done.caughtUp];
    const retuned = difference.changed.map(({ node }) => node);
    if (!isEmpty(done))
      await carryOut(world, { plan, torrents, runtime: lab.runtime, running: true, retuned, options: { only } });
    return done;
  } finally {
    release();
  }
}

/** Nodes of both plans that the runtime does not know, or has made and never started. */
async function undoneOf({ name, runtime }: FoundLab, before: LabPlan, plan: LabPlan) {
  const states = new Map((await runtime.nodes(name)).map((node) => [node.name, node.state]));
  const known = new Set(before.nodes.map((node) => node.name));
  return plan.nodes
    .filter((node) => known.has(node.name))
    .map((node) => ({ name: node.name, state: states.get(node.name) ?? ("gone" as const) }))
    .filter(({ state }) => state === "gone" || state === "created");
}

/** The same for a command of the command line, which says when there was nothing to do. */
export async function changeInput(
  world: World,
  name: string | undefined,
  change: (plan: LabPlan) => Partial<PlanInput>,
): Promise<void> {
  const difference = await changePlan(world, name, (plan) => ({ input: change(plan) }));
  if (isEmpty(difference)) tell(world, "nothing to do");
}
