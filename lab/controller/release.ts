import type { PlannedPeer } from "../api/run-plan.ts";
import type { NodeModel, SwarmModel } from "../swarm/model.ts";

/** Who the leechers wait for. */
export interface Waiting {
  readonly node: string;
  readonly reason: string;
  /** A node that checks its data is at work: it is waited for without limit. */
  readonly working: boolean;
}

/** Seconds without any progress after which the leechers are released although somebody is missing. */
export const RELEASE_PATIENCE = 60;

/**
 * Who is missing before the leechers may start: a fair race begins when everybody is at the line and all that is to be
 * seeded is being seeded. Who was stopped or has failed is not waited for.
 */
export function waitingFor(peers: readonly PlannedPeer[], model: SwarmModel, adopting: boolean): Waiting[] {
  const tracker = Object.values(model.nodes).find((node) => node.role === "tracker");
  const waiting = tracker ? waitForHello(tracker) : [];
  for (const peer of peers) {
    const node = model.nodes[peer.name];
    if (node) waiting.push(...waitForHello(node), ...waitForSeeds(node, peer));
  }
  return adopting ? [...waiting, ...waitForSeeder(model)] : waiting;
}

function waitForHello(node: NodeModel): Waiting[] {
  const awaited = node.state === "created" || node.state === "starting";
  return awaited ? [{ node: node.name, reason: "has not said hello", working: false }] : [];
}

function waitForSeeds(node: NodeModel, peer: PlannedPeer): Waiting[] {
  // Who joins later seeds nothing yet.
  if (node.state !== "running" || peer.joinAt > 0) return [];
  const states = peer.seeds.map((infoHash) => node.torrents[infoHash]?.state);
  if (states.includes("checking")) return [{ node: node.name, reason: "checks its data", working: true }];
  const settled = states.every((state) => state === "seeding" || state === "error" || state === "retired");
  return settled ? [] : [{ node: node.name, reason: "does not seed yet", working: false }];
}

/** Without a plan of who comes, every torrent must have a seeder before the race begins. */
function waitForSeeder(model: SwarmModel): Waiting[] {
  return Object.values(model.torrents).flatMap(({ info, retired }) => {
    const seeded = Object.values(model.nodes).some((node) => node.torrents[info.infoHash]?.state === "seeding");
    return seeded || retired ? [] : [{ node: info.name, reason: "has no seeder", working: false }];
  });
}
