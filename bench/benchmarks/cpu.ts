import { anchorSwarm } from "../anchors/anchor-swarm.ts";
import { anchorImage } from "../anchors/image.ts";
import { type Benchmark, type Context, type Finding, type Metric, PRODUCT, value } from "../benchmark.ts";
import { watchMachine } from "../parts/machine-watch.ts";
import { productSwarm } from "../swarm/product-swarm.ts";
import type { SwarmRun } from "../swarm/result.ts";
import { type SwarmSettings, shapeOf } from "../swarm/shape.ts";

type CpuSettings = { readonly "1 to 1": string; readonly "1 to 8": string; readonly pieces: number };

const CASES = ["1 to 1", "1 to 8"] as const;
const ANCHOR = "libtorrent";

/** Without limits the processor is what the swarm waits for: here a busy machine voids nothing. */
export const cpuBenchmark: Benchmark<CpuSettings> = {
  name: "cpu",
  title: "processor seconds of all peers for a delivered GB, unlimited, rarest first",
  settings: {
    short: { "1 to 1": "4MiB", "1 to 8": "1MiB", pieces: 64 },
    single: { "1 to 1": "512MiB", "1 to 8": "128MiB", pieces: 256 },
    full: { "1 to 1": "1024MiB", "1 to 8": "256MiB", pieces: 256 },
  },
  metrics: CASES.map(metric),
  runs: "always",
  measure,
};

function metric(name: string): Metric {
  const limits = { gate: { kind: "value", value: 15 }, aim: { kind: "value", value: 8 } } as const;
  return { name, unit: "s/GB", better: "lower", ...limits };
}

async function* measure(settings: CpuSettings, { rounds, say }: Context): AsyncGenerator<Finding> {
  const anchors = await anchorImage();
  using machine = watchMachine();
  if (anchors.kind === "missing") yield { kind: "missing", program: ANCHOR, reason: anchors.reason };
  for (let round = 1; round <= rounds; round += 1)
    for (const name of CASES) {
      say(`round ${round}: ${name}`);
      const swarm = swarmOf(settings, name);
      yield perDeliveredGb(PRODUCT, name, swarm, await productSwarm(swarm, "docker", machine));
      if (anchors.kind === "missing") continue;
      yield perDeliveredGb(ANCHOR, name, swarm, await anchorSwarm(ANCHOR, anchors.image, swarm, machine));
    }
}

function swarmOf(settings: CpuSettings, name: (typeof CASES)[number]): SwarmSettings {
  const count = name === "1 to 1" ? 1 : 8;
  const bytes = shapeOf({ ...unlimited(count), size: settings[name], pieceLength: "16KiB" }).size;
  return { ...unlimited(count), size: settings[name], pieceLength: `${bytes / settings.pieces}` };
}

function unlimited(leechers: number) {
  return { seeder: "unlimited", leechers: `${leechers} x unlimited`, anchors: ANCHOR, patience: 300 };
}

function perDeliveredGb(program: string, metric: string, swarm: SwarmSettings, run: SwarmRun): Finding {
  const { size, leechers } = shapeOf(swarm);
  const missing = run.completions.filter((time) => time === null).length;
  if (missing > 0)
    return { kind: "void", program, reason: `${metric}: ${missing} leechers did not complete`, incomplete: true };
  return value(program, metric, run.cpuSeconds / ((size * leechers.length) / 1e9));
}
