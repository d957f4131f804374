import { anchorClients, anchorSwarm } from "../anchors/anchor-swarm.ts";
import { anchorImage } from "../anchors/image.ts";
import { type Benchmark, type Context, type Finding, type Form, type Limit, PRODUCT } from "../benchmark.ts";
import { watchMachine } from "../parts/machine-watch.ts";
import { productSwarm } from "../swarm/product-swarm.ts";
import { findingsOf } from "../swarm/result.ts";
import { type SwarmSettings, shapeOf } from "../swarm/shape.ts";

/**
 * How near a swarm comes to the least time in which everybody can have the file, in containers: the product and three
 * clients that are known for it, each with its own defaults but for the upload limits.
 */
export const swarmBenchmarks: readonly Benchmark<SwarmSettings>[] = [
  swarmBenchmark({
    ...{ name: "swarm-weak", title: "1 seeder and 8 leechers, all 1 MiB/s up" },
    ...{ seeder: "1MiB/s", leechers: "8 x 1MiB/s" },
    gate: { kind: "value", value: 0.8, ahead: true },
    aim: { kind: "value", value: 0.92 },
  }),
  swarmBenchmark({
    ...{ name: "swarm-strong", title: "1 seeder with 4 MiB/s up and 8 leechers with 1 MiB/s up" },
    ...{ seeder: "4MiB/s", leechers: "8 x 1MiB/s" },
    gate: { kind: "value", value: 0.9 },
    aim: { kind: "value", value: 0.95 },
  }),
  swarmBenchmark({
    ...{ name: "swarm-classes", title: "1 seeder and 9 leechers in three classes, upload 1:2:4" },
    ...{ seeder: "2MiB/s", leechers: "3 x 512KiB/s, 3 x 1MiB/s, 3 x 2MiB/s" },
    gate: { kind: "value", value: 0.75 },
    aim: { kind: "value", value: 0.88 },
  }),
];

interface SwarmCase {
  readonly name: string;
  readonly title: string;
  readonly seeder: string;
  readonly leechers: string;
  readonly gate: Limit;
  readonly aim: Limit;
}

function swarmBenchmark({ name, title, seeder, leechers, gate, aim }: SwarmCase): Benchmark<SwarmSettings> {
  const common = { seeder, leechers, anchors: anchorClients.join(" "), patience: 300 };
  const brief = { ...common, leechers: "2 x 1MiB/s", anchors: name === "swarm-weak" ? common.anchors : "libtorrent" };
  const settings: Record<Form, SwarmSettings> = {
    short: { size: "256KiB", pieceLength: "16KiB", ...brief, patience: 60 },
    single: { size: "16MiB", pieceLength: "64KiB", ...common },
    full: { size: "64MiB", pieceLength: "256KiB", ...common },
  };
  return {
    ...{ name, title, settings, runs: "always" as const, measure },
    metrics: [
      { name: "efficiency", unit: "share", better: "higher", gate, aim },
      { name: "last", unit: "s", better: "lower" },
      { name: "mean", unit: "s", better: "lower" },
      { name: "spread", unit: "s", better: "lower" },
      { name: "seed copies", unit: "copies", better: "lower" },
      { name: "wasted", unit: "share", better: "lower" },
    ],
  };
}

async function* measure(settings: SwarmSettings, { rounds, say }: Context): AsyncGenerator<Finding> {
  const shape = shapeOf(settings);
  const anchors = await anchorImage();
  using machine = watchMachine();
  for (let round = 1; round <= rounds; round += 1) {
    say(`round ${round}: ${PRODUCT}`);
    yield* findingsOf(PRODUCT, shape, await productSwarm(settings, "docker", machine));
    for (const client of anchorClients.filter((one) => settings.anchors.includes(one))) {
      if (anchors.kind === "missing") yield { kind: "missing", program: client, reason: anchors.reason };
      else {
        say(`round ${round}: ${client}`);
        yield* findingsOf(client, shape, await anchorSwarm(client, anchors.image, settings, machine));
      }
    }
  }
}
