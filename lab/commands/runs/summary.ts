import { bound } from "../../swarm/bound.ts";
import { sharedTorrents } from "../../swarm/live.ts";
import type { NodeModel, SwarmModel } from "../../swarm/state.ts";
import { swarmTimes } from "../../swarm/status.ts";

/** What came of a run. Bytes, seconds; `null` where there is no such number. */
export interface RunSummary {
  readonly run: string;
  readonly startedAt: string;
  readonly runtime: string;
  readonly profile: string;
  readonly seeders: number;
  readonly leechers: number;
  /** Of all torrents that were shared at the end. */
  readonly length: number;
  /** Of all torrents together; `null` as in `lab status`, and where they have no peers in common. */
  readonly bound: number | null;
  readonly efficiency: number | null;
  /** From the release of the leechers until everybody had everything; `null` when that was not reached. */
  readonly elapsed: number | null;
  /** Payload that seeders sent. Once the length is the least; more of it means that they did the leechers' work. */
  readonly seedersGave: number;
  /** Bytes that came twice or were wrong. */
  readonly wasted: number;
}

/** @returns `undefined` for a journal that does not say what its run is about. */
export function summarize(model: SwarmModel): RunSummary | undefined {
  if (!model.run) return undefined;
  const { run, startedAt, runtime, profile } = model.run;
  const nodes = Object.values(model.nodes);
  const count = (role: NodeModel["role"]) => nodes.filter((node) => node.role === role).length;
  const torrents = sharedTorrents(model);
  const largest = torrents.toSorted((a, b) => b.info.length - a.info.length)[0];
  const least = largest && bound(model, largest.info.infoHash);
  const together = least?.torrents === torrents.length ? least : undefined;
  return {
    run,
    startedAt,
    runtime,
    profile,
    seeders: count("seeder"),
    leechers: count("leecher"),
    length: torrents.reduce((sum, { info }) => sum + info.length, 0),
    bound: together?.bound ?? null,
    efficiency: together?.efficiency ?? null,
    elapsed: elapsedOf(model),
    seedersGave: sumOf(
      nodes.filter((node) => node.role === "seeder"),
      "uploaded",
    ),
    wasted: sumOf(nodes, "wasted"),
  };
}

function elapsedOf(model: SwarmModel): number | null {
  const times = sharedTorrents(model).map((torrent) => swarmTimes(model, torrent, model.t));
  if (times.length === 0 || times.some(({ completedAt }) => completedAt === null)) return null;
  return Math.max(...times.map(({ elapsed }) => elapsed ?? 0));
}

function sumOf(nodes: readonly NodeModel[], key: "uploaded" | "wasted"): number {
  return nodes.flatMap((node) => Object.values(node.torrents)).reduce((sum, part) => sum + part[key].total, 0);
}
