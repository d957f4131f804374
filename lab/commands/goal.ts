import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "../api/client.ts";
import type { LabStatus } from "../api/status.ts";
import { LabError } from "../errors.ts";
import { formatDuration } from "../units.ts";
import { type Condition, hopeless, isReached, isReady } from "./condition.ts";

const POLL = 250;
/** Seconds that a controller is given from the first question that it does not answer until it counts as gone. */
const PATIENCE = 15;
/** Milliseconds of the longest timer that Node can set. */
const LONGEST = 2 ** 31 - 1;

export interface Goal {
  /** Without one: every node is connected. */
  readonly condition: Condition | undefined;
  readonly lab: string;
}

export interface GoalLimits {
  /** Seconds; for ever without it. */
  readonly timeout: number | undefined;
  readonly signal: AbortSignal;
  /** Told of every picture of the lab on the way. */
  readonly onStatus?: (status: LabStatus) => void;
}

/**
 * Waits until the lab is there. Throws `timeout` (exit 124; the lab stays), `node` when a failed node makes it impossible,
 * `failed` when the controller is gone, and the signal's reason.
 */
export async function reachGoal(client: ApiClient, goal: Goal, limits: GoalLimits): Promise<LabStatus> {
  const begin = performance.now();
  let lostAt: number | undefined;
  const ends = [limits.signal, ...deadline(limits.timeout)];
  for (;;) {
    limits.signal.throwIfAborted();
    // A signal for each request: one for all would gather listeners for hours.
    const signal = AbortSignal.any(ends);
    const status = await client.status({ signal }).catch((error: unknown) => {
      lostAt ??= performance.now();
      if (!signal.aborted && performance.now() - lostAt > PATIENCE * 1000) throw error;
      return undefined;
    });
    if (status) {
      lostAt = undefined;
      limits.onStatus?.(status);
      if (goal.condition ? isReached(goal.condition, status) : isReady(status)) return status;
      const reason = hopeless(status);
      if (reason)
        throw new LabError("node", reason, {
          hint: `\`lab logs --name ${goal.lab}\` shows what the node said; the lab stays up.`,
        });
    }
    if (limits.timeout !== undefined && performance.now() - begin > limits.timeout * 1000) {
      throw new LabError(
        "timeout",
        `not reached within ${formatDuration(limits.timeout)}; the lab "${goal.lab}" stays up`,
        {
          hint: `\`lab status --name ${goal.lab}\` shows how far it is, \`lab down ${goal.lab}\` removes it.`,
        },
      );
    }
    await delay(POLL, undefined, { signal: limits.signal }).catch(() => {});
  }
}

/** A request that waits for a frozen controller must not outlast the time. */
function deadline(seconds: number | undefined): AbortSignal[] {
  return seconds === undefined ? [] : [AbortSignal.timeout(Math.min(Math.ceil(seconds * 1000), LONGEST))];
}
