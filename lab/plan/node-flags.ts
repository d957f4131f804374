import type { PlanNode, Program } from "./plan.ts";

const MIB = 1024 ** 2;
/** What a node's memory limit holds besides V8's old generation: code, buffers, threads, young generation. */
const BESIDES_HEAP = 96 * MIB;

interface Heap {
  /** MiB of V8's young generation. */
  readonly young: number;
  /** Percent of what is in use that are added before the old generation is collected; V8's rule where none is given. */
  readonly growth?: number;
}

/**
 * Peers are many, so their heaps are small. The programs that a whole lab talks to would collect garbage twenty times a
 * second with so little. The two that know the whole swarm have a hundred thousand objects that stay: to go through them
 * every ten seconds, as V8 does under a memory limit of this size, took a fifth of their time.
 */
const HEAPS: Partial<Record<Program, Heap>> & { readonly others: Heap } = {
  peer: { young: 1 },
  controller: { young: 16, growth: 100 },
  web: { young: 8, growth: 100 },
  others: { young: 8 },
};

/**
 * Node.js's own flags for a node program: its heap stays inside its memory limit, small while it idles. Many nodes share
 * a few cores: helper threads for a heap this small cost more than they save.
 */
export function nodeFlags({ program, memory }: Pick<PlanNode, "program" | "memory">): string[] {
  const limit = Math.max(64, Math.floor((memory - BESIDES_HEAP) / MIB));
  const { young, growth } = HEAPS[program] ?? HEAPS.others;
  return [
    `--max-old-space-size=${limit}`,
    `--max-semi-space-size=${young}`,
    ...(growth === undefined ? [] : [`--heap-growing-percent=${growth}`]),
    "--single-threaded-gc",
  ];
}
