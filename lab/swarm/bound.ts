import { type BoundProblem, boundProblem, uplinkOf } from "./bound-problem.ts";
import { knobsOf } from "./knobs.ts";
import { nodesOf, type Swarm, sharingLimits } from "./sharing.ts";
import type { NodeModel, SwarmModel } from "./state.ts";

/**
 * The least time in which the leechers of a torrent can be served, and how near the swarm came.
 * Kumar & Ross, "Peer-assisted file distribution: the minimum distribution time", 2006.
 */
export interface Bound {
  /** Seconds; `null` where it is not defined. */
  readonly bound: number | null;
  /** bound ÷ seconds from the release to the last completion; `null` before that, or without a bound. */
  readonly efficiency: number | null;
  /** Torrents that it is the bound of. */
  readonly torrents: number;
  /** Why there is none; also `null` where nobody can send anything, or there is nothing to send. */
  readonly problem: BoundProblem | null;
}

function undefinedBound(problem: BoundProblem | null = null): Bound {
  return { bound: null, efficiency: null, torrents: 0, problem };
}

/**
 * For the torrent and all that share its peers' limits: they divide the same uplinks, so only together do they have a
 * bound. `max(F/u_s, F/d_min, N·F/(u_s + Σu_i))`, with F a seeder set's or a leecher's bytes. Where
 * the swarm is not the one that the formula is about there is none, and `problem` says why.
 */
export function bound(model: SwarmModel, infoHash: string): Bound {
  const swarms = sharingLimits(model, infoHash);
  if (swarms.length === 0) return undefinedBound();
  const problem = boundProblem(model, swarms);
  if (problem) return undefinedBound(problem);
  const seconds = Math.max(...firstCopyTimes(swarms), ...downlinkTimes(swarms), uplinkTime(swarms));
  if (!Number.isFinite(seconds) || seconds <= 0) return undefinedBound();
  const elapsed = completionTime(model, swarms);
  const efficiency = elapsed === null ? null : seconds / elapsed;
  return { bound: seconds, efficiency, torrents: swarms.length, problem: null };
}

/** F/u_s: for each set of seeders, what only they have must leave them once. */
function firstCopyTimes(swarms: Swarm[]): number[] {
  return swarms.map(({ seeds }) => {
    const nodes = new Set(seeds.map((part) => part.node));
    const theirs = swarms.filter((swarm) => swarm.seeds.every((part) => nodes.has(part.node)));
    return bytesOf(theirs) / uplink([...nodes]);
  });
}

/** F/d_i of every leecher. */
function downlinkTimes(swarms: Swarm[]): number[] {
  const fetchers = new Set(swarms.flatMap((swarm) => swarm.fetches.map((part) => part.node)));
  return [...fetchers].map((node) => {
    const theirs = swarms.filter((swarm) => swarm.fetches.some((part) => part.node === node));
    const down = knobsOf(node.settings)?.down;
    return down == null ? 0 : bytesOf(theirs) / down;
  });
}

/** N·F/(u_s + Σu_i): all bytes that must arrive through all uplinks together. */
function uplinkTime(swarms: Swarm[]): number {
  const demand = swarms.reduce((sum, swarm) => sum + swarm.torrent.info.length * swarm.fetches.length, 0);
  return demand / uplink(nodesOf(swarms));
}

function bytesOf(swarms: Swarm[]): number {
  return swarms.reduce((sum, swarm) => sum + swarm.torrent.info.length, 0);
}

/** Bytes per second that the nodes can send together. */
function uplink(nodes: readonly NodeModel[]): number {
  return nodes.reduce((sum, node) => sum + (uplinkOf(node) ?? Number.POSITIVE_INFINITY), 0);
}

/** Seconds from the release to the last completion of all the swarms; `null` while one is missing. */
function completionTime(model: SwarmModel, swarms: Swarm[]): number | null {
  const times = swarms.flatMap((swarm) => swarm.fetches.map((part) => part.torrent.completedAt));
  if (model.releasedAt === null || times.length === 0 || times.includes(null)) return null;
  const elapsed = Math.max(...times.map(Number)) - model.releasedAt;
  return elapsed > 0 ? elapsed : null;
}
