import { speed } from "../../swarm/meter.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { keep } from "./ring.ts";

/** Seconds that are remembered. */
export const RATES_KEPT = 600;

/** Bytes per second at the end of each second, the newest last. */
export interface Rates {
  readonly down: number[];
  readonly up: number[];
}

/** The rates of the past: of the swarm and of each peer, for each torrent and for all of them. */
export interface RateHistory {
  /** The last whole second that is in it. */
  second: number;
  readonly series: Map<string, Rates>;
}

export function newRateHistory(): RateHistory {
  return { second: -1, series: new Map() };
}

/** `null` stands for all torrents, or the whole swarm. */
export function ratesOf(history: RateHistory, torrent: string | null, node: string | null): Rates {
  return history.series.get(keyOf(torrent, node)) ?? { down: [], up: [] };
}

/** Notes the rates once a second of the journal's time; the gap of a silence counts as nothing moved. */
export function noteRates(history: RateHistory, model: SwarmModel): void {
  const second = Math.floor(model.t);
  if (second <= history.second) return;
  const missed = history.second < 0 ? 0 : Math.min(second - history.second - 1, RATES_KEPT);
  history.second = second;
  const sums = currentRates(model);
  for (const key of sums.keys()) if (!history.series.has(key)) history.series.set(key, { down: [], up: [] });
  for (const [key, rates] of history.series) {
    const sum = sums.get(key);
    // Of a node or a torrent that is gone nobody asks any more.
    if (!sum && key !== WHOLE_SWARM) history.series.delete(key);
    for (let i = 0; i < missed; i += 1) add(rates, 0, 0);
    add(rates, ...(sum ?? [0, 0]));
  }
}

function add(rates: Rates, down: number, up: number): void {
  keep(rates.down, down, RATES_KEPT);
  keep(rates.up, up, RATES_KEPT);
}

function currentRates(model: SwarmModel): Map<string, [number, number]> {
  const sums = new Map<string, [number, number]>();
  for (const node of Object.values(model.nodes))
    for (const [infoHash, part] of Object.entries(node.torrents)) {
      const down = speed(part.downloaded, node.clock, model.t);
      const up = speed(part.uploaded, node.clock, model.t);
      for (const torrent of [infoHash, null])
        for (const name of [node.name, null]) {
          const key = keyOf(torrent, name);
          const sum = sums.get(key) ?? [0, 0];
          sums.set(key, [sum[0] + down, sum[1] + up]);
        }
    }
  return sums;
}

function keyOf(torrent: string | null, node: string | null): string {
  return `${torrent ?? "*"} ${node ?? "*"}`;
}

const WHOLE_SWARM = keyOf(null, null);
