import type { LabPlan } from "../plan/plan.ts";
import { formatBytes } from "../units.ts";
import { isRough } from "./rough-plan.ts";

const MIB = 1024 ** 2;

/**
 * What a node's process takes at the least: seen with the bundled programs while they download. More than that is given
 * back under pressure, up to the limit of its container.
 */
export const MEMORY_OF_NODE = 40 * MIB;
/** Left free for everything else on the machine. */
const RESERVE = { disk: 256 * MIB, memory: 128 * MIB };

/** What a lab, or a change of one, takes of a machine, in bytes. */
export interface Needs {
  /** Nodes that start. */
  readonly nodes: number;
  readonly memory: number;
  readonly disk: number;
  /** Peers whose downloads go to the disk. */
  readonly downloaders: number;
  /** Entries of the kernel's one table of neighbours once they have started: every container knows every other. */
  readonly neighbours: number;
}

/** @param before the lab as it is: what its nodes take, and what they download, is taken. */
export function needsOf(plan: LabPlan, before?: LabPlan): Needs {
  const known = new Set(before?.nodes.map(({ name }) => name));
  const starting = plan.nodes.filter(({ name }) => !known.has(name));
  const downloads = downloadsBeyond(plan, before);
  const fetched = (storage: "volume" | "memory") =>
    plan.nodes.filter((node) => node.storage === storage).map(({ name }) => downloads.get(name) ?? 0);
  const onDisk = fetched("volume");
  return {
    nodes: starting.length,
    memory: starting.length * MEMORY_OF_NODE + sum(fetched("memory")),
    disk: sum(onDisk),
    downloaders: onDisk.filter((bytes) => bytes > 0).length,
    neighbours: plan.runtime === "docker" && starting.length > 0 ? plan.nodes.length * (plan.nodes.length - 1) : 0,
  };
}

/** Bytes that each peer of a plan downloads, by its name; only what it does not download in the other plan, if there is one. */
export function downloadsBeyond(plan: LabPlan, other: LabPlan | undefined): Map<string, number> {
  const keyOf = isRough(plan) || (other && isRough(other)) ? bySize : byHash;
  const others = new Set(other && fetchesOf(other).map(keyOf));
  const sums = new Map<string, number>();
  for (const fetch of fetchesOf(plan))
    if (!others.has(keyOf(fetch))) sums.set(fetch.peer, (sums.get(fetch.peer) ?? 0) + fetch.length);
  return sums;
}

interface Fetch {
  readonly peer: string;
  readonly infoHash: string;
  readonly source: string;
  readonly length: number;
}

function fetchesOf({ run: { peers, torrents } }: LabPlan): Fetch[] {
  const known = new Map(torrents.map((torrent) => [torrent.infoHash, torrent]));
  return peers.flatMap(({ name, fetches }) =>
    fetches.flatMap((hash) => {
      const torrent = known.get(hash);
      return torrent ? [{ peer: name, ...torrent }] : [];
    }),
  );
}

const byHash = ({ peer, infoHash }: Fetch) => JSON.stringify([peer, infoHash]);

/** Where nothing was hashed, a source of the same name and length is taken for the same. */
const bySize = ({ peer, source, length }: Fetch) => JSON.stringify([peer, source, length]);

/** Whether so much is free, and something is left for others. */
export const hasRoom = (kind: keyof typeof RESERVE, needed: number, free: number): boolean =>
  needed + RESERVE[kind] <= free;

/** What is kept for others, for a sentence that tells both numbers: only where they alone would have room. */
export const reserveText = (kind: keyof typeof RESERVE, needed: number, free: number): string =>
  needed <= free ? `, and ${formatBytes(RESERVE[kind])} are kept free` : "";

/**
 * How a kernel's table with this limit copes with so many neighbours. Half of it is for everybody else. Above that,
 * neighbours drive each other out: 51 containers on a limit of 1024 found each other again within minutes, of 151 half
 * never reached their tracker.
 */
export function crowding(needed: number, limit: number): "none" | "slow" | "hopeless" {
  if (needed <= limit / 2) return "none";
  return needed <= 4 * limit ? "slow" : "hopeless";
}

/** What repairs a table that is too small for them, with room to grow. */
export const moreNeighbours = (needed: number): string =>
  `sudo sysctl net.ipv4.neigh.default.gc_thresh3=${2 ** Math.ceil(Math.log2(4 * needed))}`;

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
