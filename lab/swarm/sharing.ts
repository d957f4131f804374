import { isOrdered, type Part, partsOf, sharedTorrents } from "./live.ts";
import type { NodeModel, SwarmModel, TorrentModel } from "./state.ts";

/** A torrent with who seeds it from the sources and who fetches it. */
export interface Swarm {
  torrent: TorrentModel;
  seeds: Part[];
  fetches: Part[];
}

/** The swarm of a torrent and those that are reached from it by way of common nodes; none of what is not shared. */
export function sharingLimits(model: SwarmModel, infoHash: string): Swarm[] {
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

export function nodesOf(swarms: readonly Swarm[]): NodeModel[] {
  return [...new Set(swarms.flatMap((swarm) => [...swarm.seeds, ...swarm.fetches].map((part) => part.node)))];
}

/** Also with who was stopped before it had all: without that peer it would be another swarm. */
function swarmOf(model: SwarmModel, torrent: TorrentModel): Swarm {
  const parts = partsOf(model, torrent.info.infoHash);
  return {
    torrent,
    seeds: parts.filter((part) => part.torrent.duty === "seed"),
    fetches: parts.filter((part) => part.torrent.duty === "fetch" && isOrdered(part.torrent)),
  };
}
