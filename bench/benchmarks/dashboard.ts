import { fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { bundle, openTerminal, type TestTerminal } from "../../lab/dashboard/terminal.fixture.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { cpuSeconds, residentBytes } from "../parts/proc.ts";
import { quantile } from "../report/summary.ts";

type DashboardSettings = {
  readonly leechers: number;
  readonly pieces: number;
  readonly columns: number;
  readonly rows: number;
  /** Each view. */
  readonly seconds: number;
  /** Keys, and news, that are timed in each view. */
  readonly samples: number;
};

const common = { leechers: 49, pieces: 1024, columns: 120, rows: 60 };
const views = [
  ["1", "peers"],
  ["2", "pieces"],
  ["3", "choke"],
  ["7", "rates"],
] as const;
const SERVER = new URL("../../lab/dashboard/serve.fixture.ts", import.meta.url);

/**
 * The swarm is made up, but its journal comes in real time through a real HTTP API of another process, and the picture
 * goes to a real pseudo-terminal. Of the views the worst counts.
 */
export const dashboardBenchmark: Benchmark<DashboardSettings> = {
  name: "dashboard",
  title: "the dashboard on a terminal: share of a core, memory, how soon a key answers, how old the picture is",
  settings: {
    short: { ...common, leechers: 10, seconds: 1, samples: 1 },
    single: { ...common, seconds: 10, samples: 5 },
    // The swarm is complete after two minutes, and its last rush would scroll a mark away before it is drawn.
    full: { ...common, seconds: 15, samples: 10 },
  },
  metrics: [
    { name: "processor", unit: "share", better: "lower", gate: { kind: "value", value: 0.06 } },
    { name: "resident", unit: "bytes", better: "lower", gate: { kind: "value", value: 150 * 2 ** 20 } },
    { name: "key, median", unit: "ms", better: "lower", gate: { kind: "value", value: 100 } },
    { name: "news, worst", unit: "ms", better: "lower", gate: { kind: "value", value: 1000 } },
  ],
  runs: "always",
  measure,
};

async function* measure(settings: DashboardSettings, { rounds }: Context): AsyncGenerator<Finding> {
  using built = await bundle("lab/dashboard/run.fixture.ts");
  for (let round = 0; round < rounds; round += 1) {
    using swarm = await serveSwarm(settings);
    const { columns, rows } = settings;
    const env = { LAB_FAKE: JSON.stringify({ url: swarm.url }) };
    using terminal = openTerminal([process.execPath, built.program], { columns, rows, env });
    await terminal.until("the peers", (text) => /seeder-1 +seeding/.test(text), 30);
    await delay(3000);
    const costs: ViewCost[] = [];
    for (const [key, view] of views) {
      terminal.press(key);
      await delay(1000);
      costs.push(await costOf(terminal, view, swarm.url, settings));
    }
    terminal.press("q");
    await terminal.exit;
    const worst = (pick: (one: ViewCost) => number) => Math.max(...costs.map(pick));
    yield value(
      PRODUCT,
      "processor",
      worst(({ cpu }) => cpu),
    );
    yield value(
      PRODUCT,
      "resident",
      worst(({ memory }) => memory),
    );
    yield value(
      PRODUCT,
      "key, median",
      worst(({ keys }) => quantile(keys, 0.5)),
    );
    yield value(
      PRODUCT,
      "news, worst",
      worst(({ ages }) => Math.max(...ages)),
    );
  }
}

async function serveSwarm({ leechers, pieces }: DashboardSettings): Promise<{ url: string } & Disposable> {
  const swarm = { leechers, pieces, pieceLength: 64 << 10, seederUp: 4 << 20, leecherUp: 1 << 20 };
  const server = fork(SERVER, [JSON.stringify(swarm)]);
  const url = await new Promise<string>((resolve) => server.once("message", (message) => resolve(String(message))));
  return { url, [Symbol.dispose]: () => void server.kill() };
}

interface ViewCost {
  readonly cpu: number;
  readonly memory: number;
  /** Milliseconds. */
  readonly keys: readonly number[];
  readonly ages: readonly number[];
}

/** The processor's share while nobody types, then keys and news one by one. */
async function costOf(
  screen: TestTerminal,
  view: string,
  url: string,
  { seconds, samples }: DashboardSettings,
): Promise<ViewCost> {
  const [before, begin] = [cpuSeconds(screen.pid), performance.now()];
  await delay(seconds * 1000);
  const cpu = (cpuSeconds(screen.pid) - before) / ((performance.now() - begin) / 1000);
  const [keys, ages]: [number[], number[]] = [[], []];
  for (let i = 0; i < samples; i += 1) keys.push(await keyLatency(screen));
  for (let i = 0; i < samples; i += 1) ages.push(await newsLatency(screen, url, `mark-${view}-${i}.`));
  return { cpu, memory: residentBytes(screen.pid), keys, ages };
}

/** Until the help is on the screen. */
async function keyLatency(screen: TestTerminal): Promise<number> {
  const shown = (text: string) => text.includes("this help and the legend");
  await delay(150 + Math.random() * 200);
  const begin = performance.now();
  screen.press("?");
  await screen.until("the help", shown);
  const latency = performance.now() - begin;
  await delay(150);
  screen.press("?");
  await screen.until("the view", (text) => !shown(text));
  return latency;
}

/** Between a fact in the swarm and its row on the screen. */
async function newsLatency(screen: TestTerminal, url: string, text: string): Promise<number> {
  await delay(150 + Math.random() * 200);
  const begin = performance.now();
  await fetch(`${url}/v1/commands`, { method: "POST", body: JSON.stringify({ type: "mark", text }) });
  await screen.until(text, (shown) => shown.includes(text));
  return performance.now() - begin;
}
