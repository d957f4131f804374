import type { Benchmark } from "../benchmark.ts";
import { densityBenchmark } from "./density.ts";
import { hashBenchmark } from "./hash.ts";
import { infoHashBenchmark } from "./info-hash.ts";
import { memoryBenchmark } from "./memory.ts";
import { swarmBenchmarks } from "./swarm.ts";
import { trackerBenchmark } from "./tracker.ts";

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  ...swarmBenchmarks,
  hashBenchmark,
  infoHashBenchmark,
  trackerBenchmark,
  memoryBenchmark,
  densityBenchmark,
];
