import type { NodeState } from "../../api/words.ts";
import { LabError } from "../../errors.ts";
import { differenceText, planDifference } from "../../plan/difference.ts";
import { globNote } from "../../plan/globs.ts";
import { linkNote } from "../../plan/link.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { storageNote } from "../../plan/storage.ts";
import { labFolder } from "../../runtime/folder.ts";
import type { RuntimeEvent } from "../../runtime/runtime.ts";
import { printable } from "../../units.ts";
import { carryOut } from "../carry-out.ts";
import { clientOf, type FoundLab } from "../find-lab.ts";
import { checkRoom } from "../room.ts";
import { roughPlan } from "../rough-plan.ts";
import { tell, type World } from "../world.ts";
import { makeLabPlan, type UpContext } from "./lab-plan.ts";

/** Plans the lab and carries it out; on a running lab it says the difference first. */
export async function bringUp(world: World, context: UpContext): Promise<void> {
  const { wanted, runtime, before, signal, progress = (event) => tellProgress(world, event) } = context;
  // Before anything is hashed: of large sources that would take minutes.
  const rough = await roughPlan({ ...wanted, runtime: runtime.kind, dir: world.dir });
  const room = { folder: labFolder(world.dir, wanted.lab).root, runtime, before: before?.plan };
  await checkRoom(rough, room);
  const { plan, torrents } = await makeLabPlan(world, { ...context, progress });
  // Once more: of the same size may be another content.
  const notes = await checkRoom(plan, room);
  for (const line of [...globNote(plan), ...linkNote(plan), ...storageNote(plan), ...notes]) tell(world, line);
  signal.throwIfAborted();
  if (before) {
    for (const line of await changesOf(before, plan)) tell(world, line);
    await announceStarts(before, plan);
  }
  await carryOut(world, {
    plan,
    torrents: torrents.files,
    runtime,
    running: before !== undefined,
    retuned: context.flags.keepLive ? retunedBy(before, plan) : undefined,
    options: { signal, progress },
  });
}

/** Only the nodes of which profile and flags say something else than before; of a lab without its files nothing is known. */
function retunedBy(before: FoundLab | undefined, plan: LabPlan): string[] | undefined {
  return before?.plan && planDifference(before.plan, plan).changed.map(({ node }) => node);
}

/** What `up` changes of a running lab: its plan, and what of it does not run. */
export async function changesOf(before: FoundLab, plan: LabPlan): Promise<string[]> {
  const asleep = (await sleepers(before, plan)).map(({ name, state }) => `~ ${name}: ${state} → running`);
  const changes = [...(before.plan ? differenceText(before.plan, plan) : []), ...asleep];
  return changes.length > 0 ? changes : ["no difference"];
}

/** Nodes of the lab that do not run; what it had and the runtime has not, somebody else removed. */
async function sleepers(before: FoundLab, plan: LabPlan): Promise<{ name: string; state: NodeState | "gone" }[]> {
  const states = new Map((await before.runtime.nodes(before.name)).map(({ name, state }) => [name, state]));
  const known = new Set(before.plan?.nodes.map(({ name }) => name));
  return plan.nodes
    .map(({ name }) => ({ name, state: states.get(name) ?? (known.has(name) ? ("gone" as const) : "running") }))
    .filter(({ state }) => state !== "running");
}

/**
 * The controller takes them for failed until they say hello; who waits for the lab must not take that for its end. One
 * that cannot be told comes back with the lab, and knows no better.
 */
async function announceStarts(before: FoundLab, plan: LabPlan): Promise<void> {
  const asleep = await sleepers(before, plan);
  if (asleep.length === 0 || asleep.some(({ name }) => name === "controller")) return;
  try {
    const client = clientOf(before);
    for (const { name: node, state } of asleep)
      if (state !== "paused") await client.command({ type: "node", node, state: "starting" });
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
  }
}

const verbs: Record<RuntimeEvent["phase"], string> = {
  build: "building",
  create: "creating",
  start: "starting",
  stop: "stopping",
  remove: "removing",
};

function tellProgress(world: World, event: RuntimeEvent): void {
  if (event.phase !== "build" && event.detail === undefined) return;
  tell(world, `${verbs[event.phase]} ${event.subject}${event.detail ? `: ${printable(event.detail)}` : ""}`);
}
