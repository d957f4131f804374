import { exitCodes, LabError } from "../../errors.ts";
import { dashboardActions } from "../dashboard-actions.ts";
import { endOfLab, sayDown } from "../end-of-lab.ts";
import { connectLab } from "../find-lab.ts";
import { catchInterrupts } from "../interrupts.ts";
import { goesOnText } from "../lab-name.ts";
import { follow } from "../up/follow.ts";
import type { WatchFlags } from "../watch.ts";
import { tell, type World } from "../world.ts";
import { canShowDashboard, showDashboard } from "./dashboard.ts";
import { heldBack } from "./held-back.ts";

/** `lab watch`: attaches to a running lab, as often and as many times as one likes. */
export async function watch(world: World, flags: WatchFlags): Promise<number> {
  const lab = await connectLab(world, flags.name);
  const { client } = lab;
  using interrupts = catchInterrupts();
  const { signal } = interrupts;
  using gone = endOfLab(world, lab.name);
  if (flags.plain || !canShowDashboard(world)) {
    const problem = await follow(world, { client, json: false, signal: AbortSignal.any([signal, gone.signal]) });
    if (gone.signal.aborted) return sayDown(world, lab.name);
    if (problem !== undefined) tell(world, `lab: no more events: ${problem}`);
    return exitCodes.ok;
  }
  const left = new AbortController();
  const said = heldBack(world);
  try {
    await showDashboard(world, {
      ...flags,
      client,
      lab: lab.name,
      started: false,
      actions: dashboardActions(said.world, lab.name, AbortSignal.any([signal, left.signal])),
      signal: AbortSignal.any([signal, gone.signal]),
    });
  } finally {
    left.abort();
    said.print();
  }
  if (signal.reason instanceof LabError && signal.reason.kind === "terminated") throw signal.reason;
  if (gone.signal.aborted) return sayDown(world, lab.name);
  tell(world, goesOnText(world, lab.name));
  return exitCodes.ok;
}
