import type { PlanNode, Program } from "./plan.ts";

const MIB = 1024 ** 2;
/** What a node's memory limit holds besides V8's old generation: code, buffers, threads, young generation. */
const BESIDES_HEAP = 96 * MIB;

/**
 * MiB of V8's young generation. Peers are many, so theirs is small; the programs that a whole lab talks to would collect
 * garbage twenty times a second with so little, and the controller keeps all that it hears for a while.
 */
const YOUNG: Partial<Record<Program, number>> & { readonly others: number } = {
  peer: 1,
  controller: 16,
  others: 8,
};

/**
 * Node.js's own flags for a node program: its heap stays inside its memory limit, small while it idles. Many nodes share
 * a few cores: helper threads for a heap this small cost more than they save.
 */
export function nodeFlags({ program, memory }: Pick<PlanNode, "program" | "memory">): string[] {
  const heap = Math.max(64, Math.floor((memory - BESIDES_HEAP) / MIB));
  const young = YOUNG[program] ?? YOUNG.others;
  return [`--max-old-space-size=${heap}`, `--max-semi-space-size=${young}`, "--single-threaded-gc"];
}
