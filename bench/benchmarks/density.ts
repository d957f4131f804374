import { messageOf } from "../../lab/errors.ts";
import { parseBytes } from "../../lab/units.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { openProduct } from "../parts/product.ts";

type DensitySettings = {
  readonly containers: number;
  readonly processes: number;
  readonly size: string;
  readonly seeder: string;
  readonly leechers: string;
  readonly patience: number;
};

/** Not void on a busy machine: how many fit is the question. */
export const densityBenchmark: Benchmark<DensitySettings> = {
  name: "density",
  title: "as many peers as shall fit on two cores, all complete within five minutes",
  settings: {
    short: sizes(3, 3, "1MiB"),
    single: sizes(150, 200, "16MiB"),
    full: sizes(150, 200, "16MiB"),
  },
  metrics: (["containers", "processes"] as const).flatMap((kind) => [
    {
      ...{ name: `${kind}, complete`, unit: "peers", better: "higher" },
      gate: { kind: "value", value: kind === "containers" ? 150 : 200 },
      aim: { kind: "value", value: kind === "containers" ? 300 : 500 },
    },
    { name: `${kind}, last`, unit: "s", better: "lower", gate: { kind: "value", value: 300 } },
  ]),
  runs: "named",
  measure,
};

function sizes(containers: number, processes: number, size: string): DensitySettings {
  return { containers, processes, size, seeder: "8MiB/s", leechers: "256KiB/s", patience: 300 };
}

async function* measure(settings: DensitySettings, { rounds, say }: Context): AsyncGenerator<Finding> {
  for (let round = 0; round < rounds; round += 1)
    for (const kind of ["containers", "processes"] as const) {
      say(`${settings[kind]} ${kind}`);
      yield* await crowd(kind, settings);
    }
}

async function crowd(kind: "containers" | "processes", settings: DensitySettings): Promise<Finding[]> {
  const { seeder, leechers, patience } = settings;
  const profile = `seeders: [{ count: 1, up: ${seeder} }]\nleechers: [{ count: ${settings[kind]}, up: ${leechers} }]\n`;
  const runtime = kind === "containers" ? "docker" : "process";
  const size = parseBytes(settings.size) ?? 0;
  await using product = await openProduct({ name: "density", runtime, profile, size });
  try {
    await product.up("--until", "complete", "--timeout", `${patience + 300}`);
  } catch (error) {
    if (!/ended with 124/.test(messageOf(error))) throw error;
  }
  const { nodes, swarms, lab } = await product.status();
  const released = product.journal(lab.run).find((line) => line.type === "release")?.t ?? 0;
  const times = nodes
    .filter(({ role }) => role === "leecher")
    .flatMap(({ torrents }) => torrents.map(({ completedAt }) => (completedAt ?? Number.POSITIVE_INFINITY) - released));
  const inTime = times.filter((time) => time <= patience).length;
  const elapsed = swarms[0]?.completedAt == null ? [] : [value(PRODUCT, `${kind}, last`, Math.max(...times))];
  return [value(PRODUCT, `${kind}, complete`, inTime), ...elapsed];
}
