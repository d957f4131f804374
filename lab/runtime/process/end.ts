import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../errors.ts";
import { hasLivingMember, processState } from "../system.ts";

const PATIENCE = { terminate: 3000, kill: 2000, poll: 20 };

/**
 * Ends process groups: asks first, then forces. Frozen ones are thawed, or they could not hear.
 * @returns a sentence for each group that is still there.
 */
export async function endGroups(leaders: readonly number[]): Promise<string[]> {
  for (const pid of leaders) signalGroup(pid, "SIGTERM");
  for (const pid of leaders) signalGroup(pid, "SIGCONT");
  const stubborn = await waitUntilGone(leaders, PATIENCE.terminate);
  for (const pid of stubborn) signalGroup(pid, "SIGKILL");
  const left = await waitUntilGone(stubborn, PATIENCE.kill);
  return left.map((pid) => `process group ${pid} does not end`);
}

/**
 * `false` when no process of the group is left, or only another user's: the number was given to others then. Never signals
 * group 0 or 1, which would be ourselves or everybody.
 */
export function signalGroup(leader: number, signal: NodeJS.Signals | 0): boolean {
  if (leader <= 1) return false;
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    if (hasCode(error, "ESRCH", "EPERM")) return false;
    throw error;
  }
}

async function waitUntilGone(leaders: readonly number[], patience: number): Promise<number[]> {
  const deadline = performance.now() + patience;
  let alive = leaders.filter(groupLives);
  while (alive.length > 0 && performance.now() < deadline) {
    await delay(PATIENCE.poll);
    alive = alive.filter(groupLives);
  }
  return alive;
}

/**
 * A leader ends last, since it waits for its node: as long as it runs, so does the group. After it the others are looked
 * at, in case somebody killed it alone; what has ended and was not yet collected by its parent is gone.
 */
function groupLives(leader: number): boolean {
  if (!signalGroup(leader, 0)) return false;
  const state = processState(leader);
  return (state !== "" && !state.startsWith("Z")) || hasLivingMember(leader);
}
