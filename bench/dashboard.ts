import { fork } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { bundle, openTerminal, type TestTerminal } from "../lab/dashboard/terminal.fixture.ts";
import { thisMachine } from "./parts/machine.ts";
import { cpuSeconds, residentBytes } from "./parts/proc.ts";
import { machineText } from "./report/figures.ts";

/**
 * What the dashboard costs at 50 peers and 1,024 pieces: share of a core, memory, how soon a key answers and how old the
 * picture is. The swarm is made up, but its journal comes in real time through a real HTTP API of another process, and
 * the picture goes to a real pseudo-terminal.
 *
 *     node bench/dashboard.ts [--seconds 20] [--size 120x60]
 */
const { values } = parseArgs({
  options: { seconds: { type: "string", default: "20" }, size: { type: "string", default: "120x60" } },
});
const seconds = Number(values.seconds);
const [columns = 120, rows = 60] = values.size.split("x").map(Number);
const limits = { cpu: 0.06, memory: 150 * 2 ** 20, key: 100, news: 1000 };
const views = [
  ["1", "peers"],
  ["2", "pieces"],
  ["3", "choke"],
  ["7", "rates"],
] as const;
const SAMPLES = 10;
const swarm = { leechers: 49, pieces: 1024, pieceLength: 64 << 10, seederUp: 4 << 20, leecherUp: 1 << 20 };

const server = fork(new URL("../lab/dashboard/serve.fixture.ts", import.meta.url), [JSON.stringify(swarm)]);
const url = await new Promise<string>((resolve) => server.once("message", (message) => resolve(String(message))));
using built = await bundle("lab/dashboard/run.fixture.ts");
console.log(`dashboard: ${swarm.leechers + 1} peers, ${swarm.pieces} pieces, ${values.size}, ${seconds} s a view`);
console.log(`machine: ${machineText(thisMachine())}`);
console.log(`${" ".repeat(28)}key, median / worst   news, median / worst`);

using terminal = openTerminal([process.execPath, built.program], {
  columns,
  rows,
  env: { LAB_FAKE: JSON.stringify({ url }) },
});
await terminal.until("the peers", (text) => /seeder-1 +seeding/.test(text));
await delay(3000);
const results: Result[] = [];
for (const [key, name] of views) {
  terminal.press(key);
  await delay(1000);
  const result = await measure(terminal);
  results.push(result);
  console.log(row(name, result));
}
terminal.press("q");
await terminal.exit;
server.kill();

const worst = (pick: (one: Result) => number) => Math.max(...results.map(pick));
const kept =
  worst(({ cpu }) => cpu) <= limits.cpu &&
  worst(({ memory }) => memory) <= limits.memory &&
  worst(({ keys }) => median(keys)) <= limits.key &&
  worst(({ ages }) => Math.max(...ages)) <= limits.news;
console.log(`limits: 6 % of a core, 150 MiB, 100 ms (median), 1 s (worst): ${kept ? "kept" : "NOT kept"}`);
process.exitCode = kept ? 0 : 1;

interface Result {
  cpu: number;
  memory: number;
  keys: number[];
  ages: number[];
}

/** The processor's share while nobody types, then keys and news one by one. */
async function measure(screen: TestTerminal): Promise<Result> {
  const before = cpuSeconds(screen.pid);
  const begin = performance.now();
  await delay(seconds * 1000);
  const cpu = (cpuSeconds(screen.pid) - before) / ((performance.now() - begin) / 1000);
  const keys = [];
  const ages = [];
  for (let i = 0; i < SAMPLES; i += 1) keys.push(await keyLatency(screen));
  for (let i = 0; i < SAMPLES; i += 1) ages.push(await newsLatency(screen, `mark-${results.length}-${i}.`));
  return { cpu, memory: residentBytes(screen.pid), keys, ages };
}

/** Milliseconds until the help is on the screen. */
async function keyLatency(screen: TestTerminal): Promise<number> {
  await delay(150 + Math.random() * 200);
  const begin = performance.now();
  screen.press("?");
  await screen.until("the help", (text) => text.includes("this help and the legend"));
  const latency = performance.now() - begin;
  await delay(150);
  screen.press("?");
  await screen.until("the view", (text) => !text.includes("this help and the legend"));
  return latency;
}

/** Milliseconds between a fact in the swarm and its row on the screen. */
async function newsLatency(screen: TestTerminal, text: string): Promise<number> {
  await delay(150 + Math.random() * 200);
  const begin = performance.now();
  await fetch(`${url}/v1/commands`, { method: "POST", body: JSON.stringify({ type: "mark", text }) });
  await screen.until(text, (shown) => shown.includes(text));
  return performance.now() - begin;
}

function row(name: string, { cpu, memory, keys, ages }: Result): string {
  const times = (all: number[]) => `${median(all).toFixed(0)} / ${Math.max(...all).toFixed(0)} ms`.padStart(18);
  return `${name.padEnd(8)}${(cpu * 100).toFixed(1).padStart(8)} %${(memory / 2 ** 20).toFixed(0).padStart(10)} MiB${times(keys)}${times(ages)}`;
}

function median(all: number[]): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
}
