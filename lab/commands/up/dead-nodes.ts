import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient } from "../../api/client.ts";
import { KILLED, lastWords } from "../carry-out.ts";
import type { FoundLab } from "../find-lab.ts";

const INTERVAL = 1000;

/**
 * Tells the controller of nodes that ended without ever having reached it, with their last words; those that had, it
 * misses by itself. Of those that were killed it knows why.
 */
export async function reportDeadNodes(lab: FoundLab, client: ApiClient, signal: AbortSignal): Promise<void> {
  const told = new Set<string>();
  while (!signal.aborted) {
    await delay(INTERVAL, undefined, { signal }).catch(() => {});
    const nodes = await lab.runtime.nodes(lab.name).catch(() => []);
    for (const node of nodes) {
      if (node.state !== "failed" || told.has(node.name) || node.name === "controller") continue;
      told.add(node.name);
      if (await wasKilled(client, node.name, signal)) continue;
      const cause = node.outOfMemory
        ? "out of memory"
        : await lastWords(lab.runtime, lab.name, node.name).catch(() => "ended");
      await client
        .command({ type: "node", node: node.name, state: "failed", error: cause }, { signal })
        .catch(() => {});
    }
  }
}

async function wasKilled(client: ApiClient, name: string, signal: AbortSignal): Promise<boolean> {
  const status = await client.status({ signal }).catch(() => undefined);
  return status?.nodes.find((node) => node.name === name)?.error === KILLED;
}
