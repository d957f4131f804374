import { exitCodes } from "../../errors.ts";
import { clientOf, type FoundLab } from "../find-lab.ts";
import { reachGoal } from "../goal.ts";
import type { UpFlags } from "../up.ts";
import { printJson, tell, type World } from "../world.ts";
import { reportDeadNodes } from "./dead-nodes.ts";
import { follow } from "./follow.ts";
import type { Wanted } from "./wanted.ts";

export interface StayContext {
  readonly flags: UpFlags;
  readonly wanted: Wanted;
  readonly lab: FoundLab;
  readonly signal: AbortSignal;
  /** The terminal was closed: the lab goes on without a viewer. */
  readonly hangup: AbortSignal;
}

/** What `up` does once the lab runs: goes away, waits for a goal, or shows the swarm until it is interrupted. */
export async function stay(world: World, { flags, wanted, lab, signal, hangup }: StayContext): Promise<number> {
  const client = clientOf(lab);
  const end = new AbortController();
  const watching = AbortSignal.any([signal, hangup, end.signal]);
  const deadNodes = reportDeadNodes(lab, client, watching);
  try {
    const waits = flags.wait || wanted.until !== undefined;
    if (!waits && flags.detach) return goAway(world, flags, lab);
    const shown =
      flags.detach || flags.wait
        ? Promise.resolve()
        : follow(world, { client, json: flags.json && !waits, signal: watching });
    if (!waits) await shown;
    else {
      const limits = { timeout: flags.timeout, signal: AbortSignal.any([signal, hangup]) };
      await reachGoal(client, { condition: wanted.until, lab: lab.name }, limits).catch(unless(hangup));
    }
    end.abort();
    await shown;
    signal.throwIfAborted();
    return await goAway(world, flags, lab);
  } finally {
    end.abort();
    await deadNodes;
  }
}

/** Rethrows, unless it was the signal that ended it. */
function unless(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

async function goAway(world: World, flags: UpFlags, lab: FoundLab): Promise<number> {
  const status = await clientOf(lab).status();
  if (flags.json) printJson(world, status);
  const count = (role: string) => status.nodes.filter((node) => node.role === role).length;
  tell(
    world,
    `lab ${lab.name} is up: ${count("seeder")} seeders, ${count("leecher")} leechers, ${lab.runtime.kind} runtime`,
  );
  tell(world, "next: lab status · lab events · lab verify · lab down");
  return exitCodes.ok;
}
