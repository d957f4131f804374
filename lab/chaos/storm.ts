import { setTimeout as delay } from "node:timers/promises";
import type { LabStatus } from "../api/status.ts";
import type { RuntimeKind } from "../api/words.ts";
import { seededRandom } from "../seeded-random.ts";
import { checkAlways, checkTrackerList, sometimes } from "./invariants.ts";
import { emptyDisk, makeRoom, startEverybody, strike } from "./nemesis.ts";
import { FILES, type JournalEvent, openStage, type Stage } from "./stage.ts";

export interface StormOptions {
  readonly runtime: RuntimeKind;
  readonly seconds: number;
  readonly seed: number;
  log(text: string): void;
  /** Aborted, it takes its lab down and throws. */
  readonly signal?: AbortSignal;
}

export interface StormReport {
  /** What broke, with the invariant's number. */
  readonly violations: readonly string[];
  /** How often each fault struck. */
  readonly faults: Readonly<Record<string, number>>;
  /** What was not seen although a run should see it. */
  readonly unseen: readonly string[];
  /** How often what `status` says of the nodes was held against the runtime. */
  readonly comparisons: number;
  readonly calmSeconds: number;
}

/** Three times what this swarm needs from nothing (10 s), a first ban that has to end, and two announce intervals. */
const CALM_SECONDS = 120;

/**
 * A lab under random faults. What must always hold is checked all the time; then the faults end, and everybody has to
 * complete; then the lab goes, and nothing may be left. The same seed gives the same faults, though not the same moments.
 */
export async function storm({ runtime, seconds, seed, log, signal }: StormOptions): Promise<StormReport> {
  const started = performance.now();
  const told = (text: string) => log(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)}  ${text}`);
  await using stage = await openStage(runtime, seededRandom(seed), told, signal);
  const faults: Record<string, number> = {};
  const seen = new Set<string>();
  const up = await stage.up();
  if (up.code !== 0) throw new Error(`the lab does not come up: ${up.stderr}`);
  // A short run must not depend on chance to see a node fail.
  await stage.lab("kill", "leecher-2");
  let known = 0;
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; ) {
    const name = await strike(stage);
    faults[name] = (faults[name] ?? 0) + 1;
    await delay(stage.random.below(3000));
    look(await checkAlways(stage), seen);
    for (const violation of stage.violations.slice(known)) told(`VIOLATION ${violation}`);
    known = stage.violations.length;
  }
  const calmSeconds = await calm(stage);
  look(await stage.events(), seen);
  await end(stage);
  for (const violation of stage.violations.slice(known)) told(`VIOLATION ${violation}`);
  const unseen = Object.keys(sometimes).filter((what) => !seen.has(what));
  const { times: comparisons } = stage.compared;
  // Under faults either side may be out of reach; one that never answers would hide whatever differs.
  if (comparisons === 0) unseen.push("a runtime to hold the status against");
  return { violations: stage.violations, faults, unseen, comparisons, calmSeconds };
}

/** A `down` begins another run, with another journal: what was seen is noted as it comes. */
function look(events: readonly JournalEvent[], seen: Set<string>): void {
  for (const line of events) for (const [what, isIt] of Object.entries(sometimes)) if (isIt(line)) seen.add(what);
}

/** INV8: once the faults end every leecher completes. @returns seconds. */
async function calm(stage: Stage): Promise<number> {
  stage.log("calm");
  const started = performance.now();
  await emptyDisk(stage);
  await stage.up();
  await startEverybody(stage);
  await stage.lab("heal");
  await stage.lab("retorrent");
  await makeRoom(stage);
  const isDone = (status: LabStatus | undefined) => {
    const leechers = status?.nodes.filter(({ role }) => role === "leecher") ?? [];
    const hasAll = ({ state, torrents }: LabStatus["nodes"][number]) =>
      state === "running" &&
      status?.torrents.every(({ infoHash }) =>
        torrents.some((part) => part.infoHash === infoHash && part.state === "seeding"),
      );
    return status?.torrents.length === FILES.length && leechers.length > 0 && leechers.every(hasAll);
  };
  let status = await stage.status();
  while (!isDone(status) && performance.now() - started < 1000 * CALM_SECONDS) {
    await delay(500);
    status = await stage.status();
  }
  const seconds = (performance.now() - started) / 1000;
  stage.log(`calm after ${seconds.toFixed(1)} s`);
  if (!isDone(status))
    stage.violations.push(`INV8: not complete ${CALM_SECONDS} s after the last fault: ${picture(status)}`);
  const verified = await stage.lab("verify");
  if (isDone(status) && verified.code !== 0) stage.violations.push(`INV1: ${verified.stdout}${verified.stderr}`);
  await stage.lab("kill", "leecher-2");
  await checkTrackerList(stage);
  return seconds;
}

function picture(status: LabStatus | undefined): string {
  if (!status) return "no status";
  const parts = status.nodes.flatMap(({ name, state, torrents }) =>
    torrents.map((torrent) => `${name} ${state} ${torrent.state} ${torrent.have} ${torrent.error ?? ""}`),
  );
  return [...parts, ...status.swarms.map(({ stalled }) => stalled ?? "")].join("; ");
}

/** INV7 and INV9: no program complained of a bug, and nothing is left. */
async function end(stage: Stage): Promise<void> {
  const { scene, violations } = stage;
  const logs = await stage.lab("logs");
  const bug = /.*(unhandled|UnhandledPromise|TypeError|ReferenceError|RangeError|\n? +at .+\.mjs:\d+).*/i.exec(
    logs.stdout,
  );
  if (bug) violations.push(`INV7: a log has ${bug[0].slice(0, 300)}`);
  stage.giveDisksBack();
  await stage.lab("down");
  const left = await scene.leftovers();
  if (left.length > 0) violations.push(`INV9: ${left.join(", ")} left`);
}
