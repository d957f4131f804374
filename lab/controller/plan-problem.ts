import type { RunPlan } from "../api/run-plan.ts";
import { CONTROLLER } from "./journal.ts";
import { TRACKER, WEB } from "./run-fact.ts";

/** What is inconsistent in a plan, as a sentence; `undefined` when nothing is. */
export function planProblem(plan: RunPlan): string | undefined {
  const names = plan.peers.map((peer) => peer.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return `the plan has two nodes named ${twice}`;
  const reserved = names.find((name) => [TRACKER, CONTROLLER, WEB].includes(name));
  if (reserved !== undefined) return `no peer can be named ${reserved}`;
  const known = new Set(plan.torrents.map((torrent) => torrent.infoHash));
  for (const peer of plan.peers) {
    const both = peer.seeds.find((infoHash) => peer.fetches.includes(infoHash));
    if (both !== undefined) return `${peer.name} is to seed and to fetch ${both}`;
    const unknown = [...peer.seeds, ...peer.fetches].find((infoHash) => !known.has(infoHash));
    if (unknown !== undefined) return `${peer.name} is to share ${unknown}, which is none of the plan's torrents`;
  }
  return undefined;
}
