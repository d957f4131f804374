import { availability, distributedCopies } from "../../swarm/availability.ts";
import { type Dictionary, entry, lookup } from "../../swarm/dictionary.ts";
import { sharedTorrents } from "../../swarm/live.ts";
import { speed } from "../../swarm/meter.ts";
import type { NodeModel, SwarmModel } from "../../swarm/model.ts";

/** Values over time. All series have one value for each of `times`, `null` before their owner was there. */
export interface History {
  /** Seconds between two values; doubles when the history is full, so that hours fit. */
  step: number;
  /** When the next values are due. */
  next: number;
  times: number[];
  /** Bytes per second, by node. */
  up: Dictionary<(number | null)[]>;
  down: Dictionary<(number | null)[]>;
  /** Distributed copies, by info-hash. */
  copies: Dictionary<(number | null)[]>;
}

/** Values of one series at the most; even, so that halving keeps the first. */
export const LONGEST = 480;

export function newHistory(): History {
  return { step: 1, next: 0, times: [], up: {}, down: {}, copies: {} };
}

/** Adds the values of the moment when one is due before `t`; the line of `t` itself is not in `swarm` yet. */
export function recordHistory(history: History, swarm: SwarmModel, t: number): void {
  if (t < history.next || swarm.run === null) return;
  if (history.times.length >= LONGEST) halve(history);
  const length = history.times.push(swarm.t);
  history.next = (Math.floor(t / history.step) + 1) * history.step;
  for (const node of Object.values(swarm.nodes)) {
    if (node.role !== "seeder" && node.role !== "leecher") continue;
    append(history.up, node.name, length, totalSpeed(node, "uploaded", swarm.t));
    append(history.down, node.name, length, totalSpeed(node, "downloaded", swarm.t));
  }
  for (const { info } of sharedTorrents(swarm))
    append(history.copies, info.infoHash, length, copiesOf(swarm, info.infoHash));
  for (const series of seriesOf(history)) if (series.length < length) series.push(null);
}

/** Forgets nodes and torrents that the swarm forgot. */
export function pruneHistory(history: History, swarm: SwarmModel): void {
  for (const name of Object.keys(history.up)) if (!lookup(swarm.nodes, name)) delete history.up[name];
  for (const name of Object.keys(history.down)) if (!lookup(swarm.nodes, name)) delete history.down[name];
  for (const hash of Object.keys(history.copies)) if (!lookup(swarm.torrents, hash)) delete history.copies[hash];
}

/** Bytes per second of a node over all its torrents. */
export function totalSpeed(node: NodeModel, direction: "uploaded" | "downloaded", now: number): number {
  let sum = 0;
  for (const torrent of Object.values(node.torrents)) sum += speed(torrent[direction], node.clock, now);
  return Math.round(sum);
}

function copiesOf(swarm: SwarmModel, infoHash: string): number {
  return Math.round(distributedCopies(availability(swarm, infoHash)) * 1000) / 1000;
}

function append(all: Dictionary<(number | null)[]>, name: string, length: number, value: number): void {
  const series = entry<(number | null)[]>(all, name, () => new Array(length - 1).fill(null));
  series.push(value);
}

function halve(history: History): void {
  history.step *= 2;
  for (const series of [history.times, ...seriesOf(history)]) {
    const kept = series.filter((_, index) => index % 2 === 0);
    series.splice(0, series.length, ...(kept as number[]));
  }
}

function seriesOf({ up, down, copies }: History): (number | null)[][] {
  return [up, down, copies].flatMap((series) => Object.values(series));
}
