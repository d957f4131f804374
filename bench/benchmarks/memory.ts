import { setTimeout as delay } from "node:timers/promises";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { openProduct } from "../parts/product.ts";
import { quantile } from "../report/summary.ts";

type MemorySettings = { readonly leechers: number; readonly settleSeconds: number };

export const memoryBenchmark: Benchmark<MemorySettings> = {
  name: "memory",
  title: "private memory of a leecher that is connected and has nothing to do",
  settings: {
    short: { leechers: 2, settleSeconds: 1 },
    single: { leechers: 5, settleSeconds: 15 },
    full: { leechers: 5, settleSeconds: 15 },
  },
  metrics: [
    {
      ...{ name: "private", unit: "bytes", better: "lower" },
      ...{ gate: { kind: "value", value: 25e6 }, aim: { kind: "value", value: 18e6 } },
    },
  ],
  runs: "always",
  measure,
};

/** The seeder gives so little that nothing arrives: all pieces are wanted, none is there. */
function profileOf(leechers: number): string {
  return `seeders: [{ count: 1, up: 1KiB/s }]\nleechers: [{ count: ${leechers}, up: 1MiB/s }]\n`;
}

async function* measure({ leechers, settleSeconds }: MemorySettings, { rounds }: Context): AsyncGenerator<Finding> {
  const profile = profileOf(leechers);
  for (let round = 0; round < rounds; round += 1) {
    await using product = await openProduct({ name: "memory", runtime: "process", profile, size: 16 << 20 });
    await product.up("--wait", "--timeout", "120");
    await delay(settleSeconds * 1000);
    const { nodes } = await product.status();
    const peers = nodes.filter(({ role }) => role === "leecher").flatMap(({ memory }) => memory ?? []);
    yield value(PRODUCT, "private", quantile(peers, 0.5));
  }
}
