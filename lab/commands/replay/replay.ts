import { exitCodes, LabError } from "../../errors.ts";
import { catchInterrupts } from "../interrupts.ts";
import { labNameOf } from "../lab-name.ts";
import { linesOf, recordedRun } from "../recorded-run.ts";
import type { ReplayFlags } from "../replay.ts";
import { follow } from "../up/follow.ts";
import { canShowDashboard, showDashboard } from "../watch/dashboard.ts";
import { tell, type World } from "../world.ts";
import { createPlayhead } from "./playhead.ts";
import { recordedClient } from "./recorded-client.ts";

/** `lab replay`. */
export async function replay(world: World, asked: string | undefined, flags: ReplayFlags): Promise<number> {
  const recorded = recordedRun(world, asked, flags.name);
  const lab = labNameOf(world, flags.name);
  const playhead = createPlayhead(flags.speed);
  const onScreen = !flags.plain && canShowDashboard(world);
  const client = recordedClient({ lines: linesOf(recorded), playhead, holdsLast: onScreen });
  using interrupts = catchInterrupts();
  const { signal } = interrupts;
  if (!onScreen) {
    const problem = await follow(world, { client, json: false, signal });
    signal.throwIfAborted();
    if (problem !== undefined)
      throw new LabError("failed", `the journal of ${recorded.run} cannot be read: ${problem}`);
    return exitCodes.ok;
  }
  const togglePauseAll = async () => (playhead.toggle() ? "paused: P goes on" : "goes on");
  const { theme, projector } = flags;
  await showDashboard(world, { theme, projector, client, lab, started: false, actions: { togglePauseAll }, signal });
  if (signal.reason instanceof LabError && signal.reason.kind === "terminated") throw signal.reason;
  tell(world, `this was the run ${recorded.run} of the lab "${lab}"`);
  return exitCodes.ok;
}
