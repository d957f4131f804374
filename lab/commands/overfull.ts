import type { LabPlan } from "../plan/plan.ts";
import { formatBytes } from "../units.ts";
import { bytesFetched, MEMORY_OF_NODE } from "./needs.ts";

/** What helps a peer whose downloads do not fit into its memory. */
export const MORE_MEMORY = "Give the group more `memory` in the profile, or leave out `storage: memory`.";

/**
 * Which peers keep more in memory than fits there, as a sentence; `undefined` when none does. What lies in a container's
 * memory counts against its limit, beside what the program takes: the kernel would end the peer in the middle of it.
 */
export function overfullText(plan: LabPlan): string | undefined {
  const fetched = bytesFetched(plan);
  const overfull = plan.nodes.filter(
    ({ name, storage, memory }) => storage === "memory" && (fetched.get(name) ?? 0) > memory - MEMORY_OF_NODE,
  );
  const [first, ...more] = overfull;
  if (!first) return undefined;
  const who = more.length > 0 ? `${first.name} (and ${more.length} more)` : first.name;
  return (
    `the downloads of ${who} do not fit into memory: ${formatBytes(fetched.get(first.name) ?? 0)} to fetch, ` +
    `a limit of ${formatBytes(first.memory)}, of which its program needs ${formatBytes(MEMORY_OF_NODE)}`
  );
}
