import { exitCodes } from "../../errors.ts";
import { endOfLab, sayDown } from "../end-of-lab.ts";
import { clientOf, type FoundLab } from "../find-lab.ts";
import { reachGoal } from "../goal.ts";
import { typed } from "../lab-name.ts";
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
  using gone = endOfLab(world, lab.name);
  const watching = AbortSignal.any([signal, hangup, gone.signal, end.signal]);
  const deadNodes = reportDeadNodes(lab, client, watching);
  try {
    const waits = flags.wait || wanted.until !== undefined;
    if (!waits && flags.detach) return await goAway(world, flags, lab);
    const shown = isShown(flags, waits) ? follow(world, { client, json: flags.json, signal: watching }) : undefined;
    if (waits) {
      const limits = { timeout: flags.timeout, signal: AbortSignal.any([signal, hangup, gone.signal]) };
      await reachGoal(client, { condition: wanted.until, lab: lab.name }, limits).catch(unless(hangup));
      end.abort();
    }
    const problem = await shown;
    signal.throwIfAborted();
    if (gone.signal.aborted || (problem !== undefined && (await wasRemoved(lab)))) return sayDown(world, lab.name);
    if (problem !== undefined) tell(world, `lab: no more events: ${problem}`);
    return await goAway(world, flags, lab);
  } finally {
    end.abort();
    await deadNodes;
  }
}

/** Whether there is a line a change; where the result is JSON, nothing else is on stdout. */
function isShown({ detach, wait, json }: UpFlags, waits: boolean): boolean {
  return !detach && !wait && !(json && waits);
}

/** Of a large lab the controller may be gone long before the rest of it; one that has crashed is still known. */
async function wasRemoved({ runtime, name }: FoundLab): Promise<boolean> {
  const nodes = await runtime.nodes(name).catch(() => undefined);
  return nodes?.every((node) => node.name !== "controller") ?? false;
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
  const next = ["status", "events", "verify", "down"].map((command) => typed(world, lab.name, command));
  tell(world, `next: ${next.join(" · ")}`);
  return exitCodes.ok;
}
