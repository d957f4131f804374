import { differenceText, isEmpty, planDifference } from "../../plan/difference.ts";
import { labFolder } from "../../runtime/folder.ts";
import type { RuntimeEvent } from "../../runtime/runtime.ts";
import { printable } from "../../units.ts";
import { carryOut } from "../carry-out.ts";
import { tell, type World } from "../world.ts";
import { checkDisk } from "./disk.ts";
import { makeLabPlan, type UpContext } from "./lab-plan.ts";

/** Plans the lab and carries it out; on a running lab it says the difference first. */
export async function bringUp(world: World, context: UpContext): Promise<void> {
  const { wanted, runtime, before, signal, progress = (event) => tellProgress(world, event) } = context;
  const { plan, torrents } = await makeLabPlan(world, context);
  checkDisk(plan, labFolder(world.dir, wanted.lab).root);
  signal.throwIfAborted();
  if (before?.plan) {
    const same = isEmpty(planDifference(before.plan, plan));
    for (const line of same ? ["no difference"] : differenceText(before.plan, plan)) tell(world, line);
  }
  await carryOut(world, {
    plan,
    torrents: torrents.files,
    runtime,
    running: before !== undefined,
    options: { signal, progress },
  });
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
