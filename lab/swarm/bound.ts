import { usefulUplink } from "./behaviour.ts";
import { knobsOf } from "./knobs.ts";
import { isComplete, type Part, partsOf, sharedTorrents } from "./live.ts";
import type { NodeModel, SwarmModel, TorrentModel } from "./state.ts";

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
}

const undefinedBound: Bound = { bound: null, efficiency: null, torrents: 0 };

/**
 * For the torrent and all that share its peers' limits: they divide the same uplinks, so only together do they have a
 * bound. `max(F/u_s, F/d_min, N·F/(u_s + Σu_i))`, with F a seeder set's or a leecher's bytes. Undefined with an
 * unlimited uplink, with a peer that joined late, a leecher that left early or a torrent added later, and once a knob was
 * changed.
 */
export function bound(model: SwarmModel, infoHash: string): Bound {
  const swarms = sharingLimits(model, infoHash);
  if (swarms.length === 0 || model.knobsChangedAt !== null || !fullHouse(model, swarms)) return undefinedBound;
  const seconds = Math.max(...firstCopyTimes(swarms), ...downlinkTimes(swarms), uplinkTime(swarms));
  if (!Number.isFinite(seconds) || seconds <= 0) return undefinedBound;
  const elapsed = completionTime(model, swarms);
  return { bound: seconds, efficiency: elapsed === null ? null : seconds / elapsed, torrents: swarms.length };
}

interface Swarm {
  torrent: TorrentModel;
  seeds: Part[];
  fetches: Part[];
}

function swarmOf(model: SwarmModel, torrent: TorrentModel): Swarm {
  const parts = partsOf(model, torrent.info.infoHash);
  return {
    torrent,
    seeds: parts.filter((part) => part.torrent.duty === "seed"),
    fetches: parts.filter((part) => part.torrent.duty === "fetch"),
  };
}

/** The swarms that are reached from this one by way of common nodes. */
function sharingLimits(model: SwarmModel, infoHash: string): Swarm[] {
  const rest = sharedTorrents(model).map((torrent) => swarmOf(model, torrent));
  const start = rest.findIndex((swarm) => swarm.torrent.info.infoHash === infoHash);
  const found = start < 0 ? [] : rest.splice(start, 1);
  for (const swarm of found) {
    const names = new Set(nodesOf([swarm]).map((node) => node.name));
    for (let i = rest.length - 1; i >= 0; i -= 1) {
      const other = rest[i];
      if (other && nodesOf([other]).some((node) => names.has(node.name))) found.push(...rest.splice(i, 1));
    }
  }
  return found;
}

function nodesOf(swarms: Swarm[]): NodeModel[] {
  return [...new Set(swarms.flatMap((swarm) => [...swarm.seeds, ...swarm.fetches].map((part) => part.node)))];
}

/** Whether everybody who fetches was let go at the same time and is there to the end, and no seeder came later. */
function fullHouse(model: SwarmModel, swarms: Swarm[]): boolean {
  const { releasedAt } = model;
  if (releasedAt === null) return true;
  return swarms.every(({ torrent, seeds, fetches }) => {
    if (torrent.addedAt > releasedAt) return false;
    // Only those that join later are let go at all.
    if (seeds.some(({ node }) => (node.releasedAt ?? 0) > releasedAt)) return false;
    return fetches.every(({ node, torrent: part }) => {
      if (node.releasedAt === null || node.releasedAt > releasedAt) return false;
      const gone = node.state === "stopped" || node.state === "failed";
      return !gone || isComplete(part, torrent.info);
    });
  });
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

/** Bytes per second that the nodes can send together; `NaN` when one of them has no limit, for then there is no bound. */
function uplink(nodes: NodeModel[]): number {
  return nodes.reduce((sum, node) => {
    const knobs = knobsOf(node.settings);
    return sum + ((knobs && usefulUplink(knobs)) ?? Number.NaN);
  }, 0);
}

/** Seconds from the release to the last completion of all the swarms; `null` while one is missing. */
function completionTime(model: SwarmModel, swarms: Swarm[]): number | null {
  const times = swarms.flatMap((swarm) => swarm.fetches.map((part) => part.torrent.completedAt));
  if (model.releasedAt === null || times.length === 0 || times.includes(null)) return null;
  const elapsed = Math.max(...times.map(Number)) - model.releasedAt;
  return elapsed > 0 ? elapsed : null;
}
