import type { RegisteredNode } from "../registry.ts";
import { findByEnvironment, isAlive, processGroup, processState, startTime } from "../system.ts";
import { signalGroup } from "./end.ts";

/** Whether anything of the node runs: its shell, or the program alone after somebody killed the shell. */
export function lives(node: RegisteredNode): boolean {
  return witness(node) !== undefined;
}

export function isPaused(node: RegisteredNode): boolean {
  const pid = witness(node);
  return pid !== undefined && processState(pid).startsWith("T");
}

/** The process that tells how the node is. */
function witness(node: RegisteredNode): number | undefined {
  return isAlive(node.pid, node.started) ? node.pid : survivor(node);
}

/**
 * What its dead shell has left in the group, told by its environment: the number of a group that has ended may be given to
 * another. Looks at every process, so only where there is such a group without its leader. None where the system does not
 * tell environments.
 */
function survivor({ pid, started, launch }: RegisteredNode): number | undefined {
  const leader = startTime(pid);
  if ((leader !== "" && leader !== started) || !signalGroup(pid, 0)) return undefined;
  const { LAB_NAME, LAB_NODE } = launch.environment;
  const own = findByEnvironment(["LAB_NAME", "LAB_NODE"]).filter(
    ({ env }) => env.LAB_NAME === LAB_NAME && env.LAB_NODE === LAB_NODE,
  );
  return own.find((process) => processGroup(process.pid) === pid)?.pid;
}
