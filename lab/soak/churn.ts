import { setTimeout as delay } from "node:timers/promises";
import type { LabStatus } from "../api/status.ts";
import type { RuntimeKind } from "../api/words.ts";
import { bytes, openScene, type Scene } from "../e2e/scene.ts";
import { type Vitals, vitals } from "./census.ts";
import type { Log } from "./log.ts";

export interface ChurnOptions {
  readonly runtime: RuntimeKind;
  readonly peers: number;
  readonly minutes: number;
}

interface Reading extends Vitals {
  readonly minutes: number;
}

/**
 * Of what is counted after a sixth of the time: all that is in memory by a share, what a node has for itself by its slope.
 * Short runs see the heap of a young process grow to its usual size.
 */
const GROWTH = { share: 1.15, bytes: 24 << 20, handles: 10, bytesAMinute: 0.3 * 1024 ** 2 };
const SLOPE_MINUTES = 20;

/**
 * G01, G02: one leecher goes and one comes every few seconds. Nodes that stay neither grow nor gather handles, and what
 * `status` lists is what the runtime has. @returns what went wrong.
 */
export async function churn(
  { runtime, peers, minutes }: ChurnOptions,
  log: Log,
  signal?: AbortSignal,
): Promise<string[]> {
  await using scene = await openScene(runtime, "churn", signal);
  scene.source("film.bin", bytes(4 << 20, "churn"));
  const { name } = scene;
  await scene.ok(
    "up",
    "-d",
    "--wait",
    "--name",
    name,
    "--runtime",
    runtime,
    "--profile",
    "quick",
    "--leechers",
    `${peers}`,
  );
  const problems: string[] = [];
  const readings = new Map<string, Reading[]>();
  const started = performance.now();
  const passed = () => (performance.now() - started) / 60_000;
  let [rounds, told] = [0, 0];
  while (passed() < minutes) {
    const status = await scene.status();
    note(readings, status, name, passed());
    const leechers = status.nodes.filter(({ role, name }) => role === "leecher" && name !== "leecher-1");
    const oldest = leechers[0]?.name;
    if (oldest) await scene.ok("rm", oldest, "--name", name);
    await scene.ok("add", "leecher", "--name", name);
    rounds += 1;
    await delay(500);
    if (rounds % 5 === 0) problems.push(...(await differences(scene)));
    if (passed() - told < minutes / 12) continue;
    told = passed();
    log(
      `${told.toFixed(1)} min, ${rounds} rounds: ${[...readings].map(([node, all]) => `${node} ${lastOf(all)}`).join(", ")}`,
    );
  }
  for (const [node, all] of readings) problems.push(...growthOf(node, all, minutes));
  await scene.ok("down", name);
  return [...problems, ...(await scene.leftovers()).map((left) => `${left} is left`)];
}

/** The nodes that are there all the time; of one whose process may not be looked into, what it says of itself. */
function note(readings: Map<string, Reading[]>, { nodes }: LabStatus, lab: string, minutes: number): void {
  const local = vitals(lab);
  for (const node of ["controller", "tracker", "seeder-1", "leecher-1"]) {
    const told = nodes.find(({ name }) => name === node)?.memory ?? 0;
    const { resident, own, handles } = local.get(node) ?? { resident: told, own: told, handles: 0 };
    if (own === 0) continue;
    const all = readings.get(node) ?? [];
    readings.set(node, all);
    all.push({ minutes, resident, own, handles });
  }
}

function lastOf(all: readonly Reading[]): string {
  const { resident = 0, own = 0, handles = 0 } = all.at(-1) ?? {};
  return `${mebibytes(resident)} MiB (${mebibytes(own)} its own), ${handles} handles`;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}

function growthOf(node: string, all: readonly Reading[], minutes: number): string[] {
  const settled = all.filter((reading) => reading.minutes >= minutes / 6);
  const tenth = Math.max(1, Math.floor(settled.length / 10));
  const [first, last] = [middle(settled.slice(0, tenth)), middle(settled.slice(-tenth))];
  if (!first || !last) return [];
  const problems: string[] = [];
  if (last.resident > GROWTH.share * first.resident + (minutes < SLOPE_MINUTES ? GROWTH.bytes : 0))
    problems.push(`${node} grew from ${first.resident} to ${last.resident} bytes`);
  if (minutes >= SLOPE_MINUTES && slope(settled) > GROWTH.bytesAMinute)
    problems.push(`${node} grows by ${Math.round(slope(settled))} bytes a minute`);
  if (last.handles > first.handles + GROWTH.handles)
    problems.push(`${node} has ${last.handles} handles, not ${first.handles}`);
  return problems;
}

function middle(readings: readonly Reading[]): Reading | undefined {
  return [...readings].sort((a, b) => a.resident - b.resident)[Math.floor(readings.length / 2)];
}

/** Bytes of its own that it gains a minute, by least squares. */
function slope(all: readonly Reading[]): number {
  const mean = (value: (reading: Reading) => number) => all.reduce((sum, one) => sum + value(one), 0) / all.length;
  const [t, b] = [mean(({ minutes }) => minutes), mean(({ own }) => own)];
  const over = all.reduce((sum, one) => sum + (one.minutes - t) * (one.own - b), 0);
  return over / all.reduce((sum, one) => sum + (one.minutes - t) ** 2, 0);
}

/** Within five seconds the controller lists whom the runtime has. */
async function differences(scene: Scene): Promise<string[]> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const told = (await scene.status()).nodes.map(({ name }) => name).sort();
    const { nodes } = JSON.parse((await scene.ok("ps", "--json", "--name", scene.name)).stdout) as {
      nodes: { name: string }[];
    };
    const real = nodes.map(({ name }) => name).sort();
    const extra = told.filter((name) => !real.includes(name) && name !== "controller");
    const missing = real.filter((name) => !told.includes(name) && name !== "controller");
    if (extra.length + missing.length === 0) return [];
    if (performance.now() > deadline) return [`status lists ${extra.join()} too many and lacks ${missing.join()}`];
    await delay(250);
  }
}
