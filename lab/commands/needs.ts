import type { LabPlan } from "../plan/plan.ts";

const MIB = 1024 ** 2;

/**
 * What a node's process takes at the least: seen with the bundled programs while they download. More than that is given
 * back under pressure, up to the limit of its container.
 */
const MEMORY_OF_NODE = 40 * MIB;
/** Left free for everything else on the machine. */
const RESERVE = { disk: 256 * MIB, memory: 128 * MIB };

/** What a lab takes of a machine, in bytes. */
export interface Needs {
  readonly nodes: number;
  readonly memory: number;
  readonly disk: number;
  /** Peers whose downloads go to the disk. */
  readonly downloaders: number;
  /** Entries of the kernel's one table of neighbours: every container knows every other. */
  readonly neighbours: number;
}

/** @param running names of the nodes that run already: what they take is taken. */
export function needsOf(plan: LabPlan, running: ReadonlySet<string> = new Set()): Needs {
  const lengths = new Map(plan.run.torrents.map((torrent) => [torrent.infoHash, torrent.length]));
  const downloads = new Map(
    plan.run.peers.map(({ name, fetches }) => [name, sum(fetches.map((hash) => lengths.get(hash) ?? 0))]),
  );
  const fetched = (nodes: LabPlan["nodes"], storage: "volume" | "memory") =>
    nodes.filter((node) => node.storage === storage).map(({ name }) => downloads.get(name) ?? 0);
  const starting = plan.nodes.filter(({ name }) => !running.has(name));
  const onDisk = fetched(starting, "volume");
  return {
    nodes: plan.nodes.length,
    memory: starting.length * MEMORY_OF_NODE + sum(fetched(starting, "memory")),
    disk: sum(onDisk),
    downloaders: onDisk.filter((bytes) => bytes > 0).length,
    neighbours: plan.runtime === "docker" ? plan.nodes.length * (plan.nodes.length - 1) : 0,
  };
}

/** Whether so much is free, and something is left for others. */
export const hasRoom = (kind: keyof typeof RESERVE, needed: number, free: number): boolean =>
  needed + RESERVE[kind] <= free;

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
