import type { ApiClient } from "../../api/client.ts";
import { exitCodes, LabError } from "../../errors.ts";
import type { RuntimeEvent } from "../../runtime/runtime.ts";
import { dashboardActions } from "../dashboard-actions.ts";
import { removeLab } from "../down/down.ts";
import { endOfLab, sayDown } from "../end-of-lab.ts";
import { clientOf, findLab } from "../find-lab.ts";
import { reachGoal } from "../goal.ts";
import { goesOnText } from "../lab-name.ts";
import { openProcessRuntime } from "../runtimes.ts";
import { showDashboard } from "../watch/dashboard.ts";
import { heldBack } from "../watch/held-back.ts";
import { queue } from "../watch/queue.ts";
import { tell, type World } from "../world.ts";
import { bringUp } from "./bring-up.ts";
import { reportDeadNodes } from "./dead-nodes.ts";
import type { UpContext } from "./lab-plan.ts";

export interface OnScreen extends UpContext {
  /** The terminal was closed: the same as `q`. */
  readonly hangup: AbortSignal;
  /** Says what may be left and ends the process. */
  readonly again: () => never;
  /** Told when the lab is up and others may change it. */
  readonly isUp: () => void;
}

/** `lab up` on a terminal: the dashboard, from the first step of bringing the lab up to the last of its removal. */
export async function upOnScreen(world: World, context: OnScreen): Promise<number> {
  const { flags, wanted, before, signal, hangup, isUp } = context;
  const stop = new AbortController();
  const reached = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const said = heldBack(world);
  const phases = queue<RuntimeEvent>();
  const bringing = bringUp(said.world, { ...context, signal: until, progress: phases.push }).then(isUp);
  using gone = endOfLab(world, wanted.lab, bringing);
  const client = bringing.then(async () => clientOf(await findLab(world, wanted.lab)));
  const deadNodes = client.then(async () => {
    const lab = await findLab(world, wanted.lab);
    await reportDeadNodes(lab, clientOf(lab), until);
  });
  deadNodes.catch(() => {});
  const goal = client.then((found) => watchGoal(found, context, until)).finally(() => reached.abort());
  goal.catch(() => {});
  try {
    const end = await showDashboard(world, {
      client,
      lab: wanted.lab,
      theme: flags.theme,
      projector: flags.projector,
      started: before === undefined,
      phases,
      remove() {
        gone[Symbol.dispose]();
        return removal(said.world, context, () => stop.abort(), bringing);
      },
      actions: dashboardActions(said.world, wanted.lab, until),
      signal: AbortSignal.any([signal, hangup, gone.signal, reached.signal]),
    });
    if (end === "abandon") context.again();
    if (end === "detach" && !signal.aborted) said.print();
    if (gone.signal.aborted) return endedElsewhere(world, context, gone.signal);
    if (reached.signal.aborted) await goal;
    if (end === "detach") {
      if (!signal.aborted) await bringing;
      return goesOn(world, context);
    }
    throw new LabError("interrupted", `removed the lab "${wanted.lab}"`);
  } catch (error) {
    // A lab that did not come up leaves nothing behind.
    const failed = await bringing.then(
      () => false,
      () => !stop.signal.aborted,
    );
    said.print();
    if (before === undefined && (failed || signal.aborted)) for await (const _ of removal(world, context));
    throw error;
  } finally {
    stop.abort();
  }
}

/** `--until`: the dashboard ends when the goal is reached, or cannot be; without one it never does by itself. */
async function watchGoal(client: ApiClient, { flags, wanted }: UpContext, signal: AbortSignal): Promise<void> {
  if (wanted.until === undefined) return new Promise(() => {});
  await reachGoal(client, { condition: wanted.until, lab: wanted.lab }, { timeout: flags.timeout, signal });
}

/** Somebody else has removed the lab; what was waited for will not come. */
function endedElsewhere(world: World, { wanted }: UpContext, { reason }: AbortSignal): number {
  if (wanted.until !== undefined) throw reason;
  return sayDown(world, wanted.lab);
}

function goesOn(world: World, { wanted, signal }: UpContext): number {
  signal.throwIfAborted();
  tell(world, goesOnText(world, wanted.lab));
  return exitCodes.ok;
}

/** Stops what is being brought up and removes the lab; what happens is the iteration. */
function removal(
  world: World,
  { runtime, wanted }: UpContext,
  stop: () => void = () => {},
  bringing: Promise<void> = Promise.resolve(),
): AsyncIterable<RuntimeEvent> {
  const steps = queue<RuntimeEvent>();
  const runtimes = runtime.kind === "process" ? [runtime] : [runtime, openProcessRuntime(world)];
  stop();
  bringing
    .catch(() => {})
    .then(() => removeLab(world, runtimes, wanted.lab, { volumes: false, progress: steps.push }))
    .then(
      ({ left }) => steps.end(left.length === 0 ? undefined : notRemoved(wanted.lab, left)),
      (error: unknown) => steps.end(error),
    );
  return steps;
}

function notRemoved(lab: string, left: readonly string[]): LabError {
  return new LabError("environment", `could not remove: ${left.join("; ")}`, {
    hint: `\`lab down ${lab}\` tries again.`,
  });
}
