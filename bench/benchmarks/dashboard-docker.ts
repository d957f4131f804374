import { setTimeout as delay } from "node:timers/promises";
import { openTerminal } from "../../lab/dashboard/terminal.fixture.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { run } from "../parts/command.ts";
import { cpuSeconds, processesNamed, residentBytes } from "../parts/proc.ts";
import { BIN, openProduct } from "../parts/product.ts";

type WatchSettings = {
  readonly leechers: number;
  readonly columns: number;
  readonly rows: number;
  readonly settleSeconds: number;
  readonly seconds: number;
};

const common = { columns: 120, rows: 60 };
const STATS = "docker stats";

export const dashboardDockerBenchmark: Benchmark<WatchSettings> = {
  name: "dashboard-docker",
  title:
    "share of a core that `lab watch` and `docker stats` take on the same containers, alone and with what dockerd and " +
    "containerd take more than while nobody watches",
  settings: {
    short: { ...common, leechers: 2, settleSeconds: 2, seconds: 1 },
    single: { ...common, leechers: 24, settleSeconds: 4, seconds: 15 },
    full: { ...common, leechers: 49, settleSeconds: 4, seconds: 15 },
  },
  metrics: [
    { name: "program and engine", unit: "share", better: "lower", gate: { kind: "ratio", value: 1, anchor: STATS } },
    { name: "program", unit: "share", better: "lower" },
    { name: "resident", unit: "bytes", better: "lower" },
  ],
  runs: "always",
  measure,
};

async function* measure(settings: WatchSettings, { rounds }: Context): AsyncGenerator<Finding> {
  const profile = `pieceLength: 64KiB
seeders: [{ count: 1, up: 512KiB/s }]
leechers: [{ count: ${settings.leechers}, up: 64KiB/s }]
`;
  await using product = await openProduct({ name: "watch", runtime: "docker", profile, size: 64 << 20 });
  await product.up("--wait", "--timeout", "300");
  const found = await run("docker", ["ps", "-q", "--filter", `label=lab.name=${product.name}`]);
  const commands = {
    [PRODUCT]: [process.execPath, BIN, "watch", "--name", product.name],
    [STATS]: ["docker", "stats", ...found.split(/\s+/).filter(Boolean)],
  };
  for (let round = 0; round < rounds; round += 1) {
    const nobody = await turn(undefined, product.folder, settings);
    for (const [program, command] of Object.entries(commands)) {
      const { cpu, engine, memory } = await turn(command, product.folder, settings);
      yield value(program, "program and engine", cpu + Math.max(0, engine - nobody.engine));
      yield value(program, "program", cpu);
      yield value(program, "resident", memory);
    }
  }
}

interface Turn {
  readonly cpu: number;
  readonly engine: number;
  readonly memory: number;
}

/** Lets the program run on a terminal of its own; what it and the engine took after its first seconds. */
async function turn(command: readonly string[] | undefined, cwd: string, settings: WatchSettings): Promise<Turn> {
  const { columns, rows, seconds, settleSeconds } = settings;
  const { CI: _, ...env } = process.env as Record<string, string>;
  using terminal = command && openTerminal(command, { columns, rows, cwd, env });
  await delay(settleSeconds * 1000);
  const engines = [...processesNamed("dockerd"), ...processesNamed("containerd")];
  const own = () => (terminal ? cpuSeconds(terminal.pid) : 0);
  const engine = () => engines.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  const before = { own: own(), engine: engine(), at: performance.now() };
  await delay(seconds * 1000);
  const elapsed = (performance.now() - before.at) / 1000;
  const cpu = (own() - before.own) / elapsed;
  const memory = terminal ? residentBytes(terminal.pid) : 0;
  return { cpu, memory, engine: (engine() - before.engine) / elapsed };
}
