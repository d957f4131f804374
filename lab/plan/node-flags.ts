import type { PlanNode, Program } from "./plan.ts";

const MIB = 1024 ** 2;
/** What a node's memory limit holds besides V8's old generation: code, buffers, threads, young generation. */
const BESIDES_HEAP = 96 * MIB;

/**
 * How V8 works for each program; sizes in MiB, growth in percent. Young generations: peers are many, so theirs is small; the
 * programs that a whole lab talks to would collect garbage twenty times a second with so little.
 *
 * Full collections: a peer's heap is marked at once, in 25 ms. Marked bit by bit, its young generation is full long before
 * the end, blocks that are of no use a moment later grow old, and the next full collection is due: a third of its time.
 * The two that know the whole swarm have a hundred thousand objects that stay; to go through them two or three times a
 * minute, as V8 does under a memory limit of this size, took up to a fifth of their time. All but the web node collect by
 * themselves when they have the time (`--expose-gc`).
 *
 * Compilers: each peer optimizes the same code for itself, and most have little to do. With less haste to optimize, nine
 * peers spend a tenth less; the programs that are busy for as long as the lab runs spend more.
 */
const ENGINE: Readonly<Record<Program, readonly string[]>> = {
  peer: ["--max-semi-space-size=1", "--no-incremental-marking", "--efficiency-mode", "--expose-gc"],
  tracker: ["--max-semi-space-size=8", "--expose-gc"],
  controller: ["--max-semi-space-size=16", "--heap-growing-percent=100", "--expose-gc"],
  web: ["--max-semi-space-size=8", "--heap-growing-percent=100"],
};

/**
 * Node.js's own flags for a node program: its heap stays inside its memory limit, small while it idles. Many nodes share
 * a few cores: helper threads for a heap this small cost more than they save.
 */
export function nodeFlags({ program, memory }: Pick<PlanNode, "program" | "memory">): string[] {
  const limit = Math.max(64, Math.floor((memory - BESIDES_HEAP) / MIB));
  return [`--max-old-space-size=${limit}`, ...ENGINE[program], "--single-threaded-gc"];
}

/**
 * Variables that every node program is started with; its image sets the same. glibc takes to keeping freed buffers of
 * whole pieces for itself, in between what stays: a leecher that has everything held 60–100 MB for good. Told a size from
 * which to ask the system for each buffer, it gives such buffers back at once.
 */
export const nodeVariables = { NODE_ENV: "production", MALLOC_MMAP_THRESHOLD_: `${128 * 1024}` } as const;
