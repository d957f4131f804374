import type { Benchmark } from "../benchmark.ts";
import { cpuBenchmark } from "./cpu.ts";
import { dashboardBenchmark } from "./dashboard.ts";
import { dashboardDockerBenchmark } from "./dashboard-docker.ts";
import { densityBenchmark } from "./density.ts";
import { hashBenchmark } from "./hash.ts";
import { infoHashBenchmark } from "./info-hash.ts";
import { memoryBenchmark } from "./memory.ts";
import { startBenchmark } from "./start.ts";
import { swarmBenchmarks } from "./swarm.ts";
import { trackerBenchmark } from "./tracker.ts";
import { webBenchmark } from "./web.ts";

/** In the order in which they run. */
export const benchmarks: readonly Benchmark[] = [
  ...swarmBenchmarks,
  cpuBenchmark,
  hashBenchmark,
  infoHashBenchmark,
  trackerBenchmark,
  memoryBenchmark,
  startBenchmark,
  dashboardBenchmark,
  dashboardDockerBenchmark,
  webBenchmark,
  densityBenchmark,
];
