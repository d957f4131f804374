import type { TorrentOrder } from "../api/node.ts";
import type { PlannedPeer } from "../api/run-plan.ts";
import type { SwarmModel } from "../swarm/model.ts";

/**
 * What a peer is to share and fetch at `now`: what it seeds once the tracker was there, what it fetches once it was
 * released, all of it only then when it is to join later, and nothing after it left. A function of plan and journal
 * alone, so a restart forgets nothing.
 */
export function ordersFor(peer: PlannedPeer, model: SwarmModel, now: number): TorrentOrder[] {
  if (hasLeft(peer, model, now)) return [];
  const isReleased = model.nodes[peer.name]?.releasedAt != null;
  const mayShare = peer.joinAt > 0 ? isReleased : trackerWasThere(model);
  const seeds = mayShare ? peer.seeds : [];
  const fetches = isReleased ? peer.fetches : [];
  return [
    ...seeds.map((infoHash): TorrentOrder => ({ infoHash, duty: "seed" })),
    ...fetches.map((infoHash): TorrentOrder => ({ infoHash, duty: "fetch" })),
  ];
}

/** Whether it has all that it fetches for as long as it was to linger. */
export function hasLeft(peer: PlannedPeer, model: SwarmModel, now: number): boolean {
  if (peer.lingerAfterComplete === null || peer.fetches.length === 0) return false;
  const torrents = model.nodes[peer.name]?.torrents ?? {};
  const times = peer.fetches.map((infoHash) => torrents[infoHash]?.completedAt ?? null);
  return !times.includes(null) && now >= Math.max(...times.map(Number)) + peer.lingerAfterComplete;
}

/** Once the leechers are released the tracker is no longer waited for: peers look for it themselves. */
function trackerWasThere(model: SwarmModel): boolean {
  if (model.releasedAt !== null) return true;
  return Object.values(model.nodes).some((node) => node.role === "tracker" && node.client !== null);
}
