import type { Benchmark, Settings } from "../benchmark.ts";
import { swarmBenchmarks } from "./swarm.ts";

/** In the order in which they run. */
export const benchmarks = [...swarmBenchmarks] as unknown as readonly Benchmark<Settings>[];
