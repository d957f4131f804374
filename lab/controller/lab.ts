import type { JournalBody } from "../api/journal.ts";
import type { NodeSettings } from "../api/node.ts";
import type { PlannedPeer, RunPlan } from "../api/run-plan.ts";
import type { Journal } from "./journal.ts";
import type { PeerNames } from "./peer-names.ts";
import type { Session } from "./session.ts";

/** What the parts of the controller share. Everything that outlives the process is in the journal's model. */
export interface Lab {
  plan: RunPlan;
  /** Nameless nodes that were given a name, in order of hello. */
  adopted: PlannedPeer[];
  readonly journal: Journal;
  readonly names: PeerNames;
  /** By node. */
  readonly sessions: Map<string, Session>;
  /** Folder of the run. */
  readonly folder: string;
  /** When something last went on: a hello, a torrent's state. The patience of the release counts from here. */
  progressAt: number;
  /** Does what the model now calls for; cheap, and called after whatever may change it. */
  reconcile(): void;
}

export function peersOf(lab: Lab): PlannedPeer[] {
  return [...lab.plan.peers, ...lab.adopted];
}

export function peerNamed(lab: Lab, node: string): PlannedPeer | undefined {
  return peersOf(lab).find((peer) => peer.name === node);
}

export function record(lab: Lab, node: string, body: JournalBody): void {
  lab.journal.record(node, body);
}

/** The settings in force on a node: what was last set live, else what was planned. */
export function settingsOf(lab: Lab, peer: PlannedPeer): NodeSettings {
  return lab.journal.model.nodes[peer.name]?.settings ?? peer.settings;
}
