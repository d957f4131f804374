import type { LabPlan, PlanNode } from "../plan/plan.ts";
import { formatBytes } from "../units.ts";
import { downloadsBeyond, MEMORY_OF_NODE } from "./needs.ts";

/** What helps a peer whose downloads do not fit into its memory. */
export const MORE_MEMORY = "Give the group more `memory` in the profile, or leave out `storage: memory`.";

/**
 * Which peers keep more in memory than fits there, as a sentence; `undefined` when none does. What lies in a container's
 * memory counts against its limit, beside what the program takes: the kernel would end the peer in the middle of it.
 * @param before the lab as it is, if it is there already: downloads that are retired now stay for a while.
 */
export function overfullText(plan: LabPlan, before?: LabPlan): string | undefined {
  const fetched = downloadsBeyond(plan, undefined);
  const retired = before ? downloadsBeyond(before, plan) : new Map<string, number>();
  const bytes = (of: ReadonlyMap<string, number>, { name }: PlanNode) => of.get(name) ?? 0;
  const overfull = plan.nodes.filter((node) => {
    const room = node.memory - MEMORY_OF_NODE;
    return node.storage === "memory" && bytes(fetched, node) + bytes(retired, node) > room;
  });
  const [first, ...more] = overfull;
  if (!first) return undefined;
  const who = more.length > 0 ? `${first.name} (and ${more.length} more)` : first.name;
  const kept = bytes(retired, first) > 0 ? `${formatBytes(bytes(retired, first))} of retired torrents, ` : "";
  return (
    `the downloads of ${who} do not fit into memory: ${formatBytes(bytes(fetched, first))} to fetch, ${kept}` +
    `a limit of ${formatBytes(first.memory)}, of which its program needs ${formatBytes(MEMORY_OF_NODE)}`
  );
}
