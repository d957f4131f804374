import { availability, distributedCopies } from "../../swarm/availability.ts";
import { type Dictionary, entry, lookup, put } from "../../swarm/dictionary.ts";
import { sharedTorrents } from "../../swarm/live.ts";
import { speed } from "../../swarm/meter.ts";
import type { NodeModel, SwarmModel } from "../../swarm/model.ts";
import { isPeer } from "../../swarm/peers.ts";

/** Values over time. All series have one value for each of `times`, `null` before their owner was there. */
export interface History {
  /** Seconds between two values; doubles when the history is full, so that hours fit. */
  step: number;
  /** When the next values are due. */
  next: number;
  times: number[];
  /** Bytes per second, by node: the mean since the value before. */
  up: Dictionary<Values>;
  down: Dictionary<Values>;
  /** The same of all nodes that are gone together, so that what they did stays in the sum. */
  gone: { up: Values; down: Values };
  /** By node what it had sent and received at the last of `times`; bytes. */
  totals: Dictionary<Totals>;
  /** Distributed copies, by info-hash, at the moment itself. */
  copies: Dictionary<Values>;
}

type Values = (number | null)[];
type Totals = { up: number; down: number };

/** Values of one series at the most; odd, so that halving keeps the first and takes the others in pairs. */
export const LONGEST = 481;
/** Nodes report about once a second: in steps shorter than this a report more or less would look like a burst. */
const COARSE = 4;

export function newHistory(): History {
  const gone = { up: [], down: [] };
  return { step: 1, next: 0, times: [], up: {}, down: {}, gone, totals: {}, copies: {} };
}

/** Adds the values of the moment when one is due before `t`; the line of `t` itself is not in `swarm` yet. */
export function recordHistory(history: History, swarm: SwarmModel, t: number): void {
  if (t < history.next || swarm.run === null) return;
  if (history.times.length >= LONGEST) halve(history);
  const passed = swarm.t - (history.times.at(-1) ?? swarm.t);
  const length = history.times.push(swarm.t);
  history.next = (Math.floor(t / history.step) + 1) * history.step;
  for (const node of Object.values(swarm.nodes).filter(isPeer)) {
    const rates = ratesOf(history, node, passed, swarm.t);
    append(history.up, node.name, length, rates.up);
    append(history.down, node.name, length, rates.down);
  }
  for (const { info } of sharedTorrents(swarm))
    append(history.copies, info.infoHash, length, copiesOf(swarm, info.infoHash));
  for (const series of seriesOf(history)) if (series.length < length) series.push(null);
}

/** Forgets nodes and torrents that the swarm forgot. */
export function pruneHistory(history: History, swarm: SwarmModel): void {
  for (const direction of ["up", "down"] as const) {
    const all = history[direction];
    for (const name of Object.keys(all)) {
      if (lookup(swarm.nodes, name)) continue;
      addTo(history.gone[direction], all[name] ?? []);
      delete all[name];
    }
  }
  for (const name of Object.keys(history.totals)) if (!lookup(swarm.nodes, name)) delete history.totals[name];
  for (const hash of Object.keys(history.copies)) if (!lookup(swarm.torrents, hash)) delete history.copies[hash];
}

/** Bytes per second of a node over all its torrents. */
export function totalSpeed(node: NodeModel, direction: "uploaded" | "downloaded", now: number): number {
  let sum = 0;
  for (const torrent of Object.values(node.torrents)) sum += speed(torrent[direction], node.clock, now);
  return Math.round(sum);
}

/** From the counters in coarse steps, between which no burst is lost; in fine ones the rate of the moment, which is steadier. */
function ratesOf({ step, totals }: History, node: NodeModel, passed: number, now: number): Totals {
  const before = lookup(totals, node.name) ?? { up: 0, down: 0 };
  const after = { up: total(node, "uploaded"), down: total(node, "downloaded") };
  put(totals, node.name, after);
  if (step < COARSE || passed <= 0)
    return { up: totalSpeed(node, "uploaded", now), down: totalSpeed(node, "downloaded", now) };
  // The sum falls when a torrent is forgotten.
  const mean = (key: keyof Totals) => Math.round(Math.max(0, after[key] - before[key]) / passed);
  return { up: mean("up"), down: mean("down") };
}

function total(node: NodeModel, direction: "uploaded" | "downloaded"): number {
  return Object.values(node.torrents).reduce((sum, torrent) => sum + torrent[direction].total, 0);
}

function copiesOf(swarm: SwarmModel, infoHash: string): number {
  return Math.round(distributedCopies(availability(swarm, infoHash)) * 1000) / 1000;
}

function append(all: Dictionary<Values>, name: string, length: number, value: number): void {
  const series = entry<Values>(all, name, () => new Array(length - 1).fill(null));
  series.push(value);
}

function addTo(sum: Values, series: Values): void {
  for (const [index, value] of series.entries()) if (value !== null) sum[index] = (sum[index] ?? 0) + value;
}

/** The first value stays; of each two after it one is left, at the time of the later. Areas under rates stay as they were. */
function halve(history: History): void {
  history.step *= 2;
  const { times, up, down, gone, copies } = history;
  const pairs = Array.from({ length: (times.length - 1) >> 1 }, (_, pair) => 2 * pair + 1);
  for (const series of [...Object.values(up), ...Object.values(down), gone.up, gone.down])
    keep(series, [series[0] ?? null, ...pairs.map((first) => meanOf(series, times, first))]);
  for (const series of [...Object.values(copies), times])
    keep<number | null>(series as Values, [series[0] ?? null, ...pairs.map((first) => series[first + 1] ?? null)]);
}

function keep<T>(series: T[], kept: readonly T[]): void {
  series.splice(0, series.length, ...kept);
}

/** Over two neighbours, each as long as it lasted. Who was not there did nothing. */
function meanOf(series: Values, times: readonly number[], first: number): number | null {
  const [a = null, b = null] = [series[first], series[first + 1]];
  if (a === null && b === null) return null;
  const [start = 0, middle = 0, end = 0] = times.slice(first - 1, first + 2);
  if (end <= start) return b ?? a;
  return Math.round(((a ?? 0) * (middle - start) + (b ?? 0) * (end - middle)) / (end - start));
}

function seriesOf({ up, down, gone, copies }: History): Values[] {
  return [up, down, gone, copies].flatMap((series) => Object.values(series));
}
