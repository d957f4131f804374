import type { NodeSettings } from "../api/node.ts";
import type { PlannedPeer, RunPlan } from "../api/run-plan.ts";
import { sameSettings } from "../swarm/knobs.ts";
import { sharedTorrents } from "../swarm/live.ts";
import { changeSettings } from "./change-settings.ts";
import { CONTROLLER } from "./journal.ts";
import { type Lab, peersOf, record } from "./lab.ts";
import { runFact, TRACKER, WEB } from "./run-fact.ts";

/**
 * Puts a plan in force: journals what it changes, and tells the nodes. Their torrents follow with the next conducting.
 * Knobs become those of the plan on `retuned` nodes, and stay what they are on others that are known.
 * @returns the nodes that were told other settings, each with a promise of what went wrong there, if anything did.
 */
export function takePlan(lab: Lab, plan: RunPlan, retuned: ReadonlySet<string>): Promise<string | undefined>[] {
  const before = new Map(Object.values(lab.journal.model.nodes).map((node) => [node.name, node.settings]));
  recordTorrents(lab, plan);
  lab.plan = plan;
  lab.adopted = plan.adopt ? lab.adopted.map((peer) => ({ ...peer, ...dutyOf(plan, peer) })) : [];
  recordPlan(lab, (peer) => {
    const isRetuned = retuned.has(peer.name) && plan.peers.includes(peer);
    return isRetuned ? peer.settings : (before.get(peer.name) ?? peer.settings);
  });
  dismiss(lab);
  return Object.values(lab.journal.model.nodes).flatMap((node) => {
    const old = before.get(node.name);
    if (!old || !node.settings || sameSettings(old, node.settings)) return [];
    return [changeSettings(lab, node.name, node.settings)];
  });
}

/** Journals what the lab consists of. */
export function recordPlan(lab: Lab, settingsOf: (peer: PlannedPeer) => NodeSettings): void {
  const startedAt = lab.journal.model.run?.startedAt ?? new Date().toISOString();
  record(lab, CONTROLLER, runFact({ plan: lab.plan, peers: peersOf(lab), web: hasWeb(lab), startedAt, settingsOf }));
}

function recordTorrents(lab: Lab, plan: RunPlan): void {
  const shared = new Set(sharedTorrents(lab.journal.model).map((torrent) => torrent.info.infoHash));
  for (const info of plan.torrents)
    if (!shared.delete(info.infoHash)) record(lab, CONTROLLER, { type: "torrent-added", info });
  for (const torrent of shared) record(lab, CONTROLLER, { type: "torrent-retired", torrent });
}

/** Of Compose alone no plan knows whether it has the web UI: it has from the hello on. */
function hasWeb({ plan, sessions, journal }: Lab): boolean {
  if (plan.web || !plan.adopt) return plan.web;
  return sessions.has(WEB) || WEB in journal.model.nodes;
}

function dutyOf(plan: RunPlan, peer: PlannedPeer): Partial<PlannedPeer> {
  const duty = plan.adopt?.[peer.role];
  return duty ? { seeds: duty.seeds, fetches: duty.fetches } : {};
}

/** Nodes that the plan has no more. */
function dismiss(lab: Lab): void {
  const named = new Set([TRACKER, ...(hasWeb(lab) ? [WEB] : []), ...peersOf(lab).map((peer) => peer.name)]);
  for (const session of [...lab.sessions.values()]) {
    if (named.has(session.node)) continue;
    lab.sessions.delete(session.node);
    session.refuse("the plan has this node no more");
  }
}
