import { differenceText } from "../../plan/difference.ts";
import { linkNote } from "../../plan/link.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { labFolder } from "../../runtime/folder.ts";
import type { RuntimeEvent } from "../../runtime/runtime.ts";
import { printable } from "../../units.ts";
import { carryOut } from "../carry-out.ts";
import type { FoundLab } from "../find-lab.ts";
import { tell, type World } from "../world.ts";
import { makeLabPlan, type UpContext } from "./lab-plan.ts";
import { checkRoom, crowdNote } from "./room.ts";

/** Plans the lab and carries it out; on a running lab it says the difference first. */
export async function bringUp(world: World, context: UpContext): Promise<void> {
  const { wanted, runtime, before, signal, progress = (event) => tellProgress(world, event) } = context;
  const { plan, torrents } = await makeLabPlan(world, { ...context, progress });
  for (const line of [...linkNote(plan), ...crowdNote(plan)]) tell(world, line);
  const running = before?.plan?.nodes.map(({ name }) => name) ?? [];
  await checkRoom(plan, { folder: labFolder(world.dir, wanted.lab).root, runtime, running });
  signal.throwIfAborted();
  if (before) for (const line of await changesOf(before, plan)) tell(world, line);
  await carryOut(world, {
    plan,
    torrents: torrents.files,
    runtime,
    running: before !== undefined,
    options: { signal, progress },
  });
}

/** What `up` changes of a running lab: its plan, and what of it does not run. */
export async function changesOf(before: FoundLab, plan: LabPlan): Promise<string[]> {
  const asleep = (await before.runtime.nodes(before.name))
    .filter(({ name, state }) => state !== "running" && plan.nodes.some((node) => node.name === name))
    .map(({ name, state }) => `~ ${name}: ${state} → running`);
  const changes = [...(before.plan ? differenceText(before.plan, plan) : []), ...asleep];
  return changes.length > 0 ? changes : ["no difference"];
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
