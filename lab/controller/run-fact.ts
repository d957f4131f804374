import type { JournalBody } from "../api/journal.ts";
import type { NodeSettings } from "../api/node.ts";
import type { PlannedPeer, RunPlan } from "../api/run-plan.ts";
import { CONTROLLER } from "./journal.ts";

type RunFact = Extract<JournalBody, { type: "run" }>;

/** Names of nodes besides the peers. */
export const TRACKER = "tracker";
export const WEB = "web";

export interface RunFactInput {
  readonly plan: RunPlan;
  /** The planned peers and the adopted ones. */
  readonly peers: readonly PlannedPeer[];
  /** Whether the web UI is one of the nodes. */
  readonly web: boolean;
  readonly startedAt: string;
  /** What is in force; a plan's settings are where it starts. */
  settingsOf(peer: PlannedPeer): NodeSettings;
}

/** What the lab consists of, for the journal. */
export function runFact({ plan, peers, web, startedAt, settingsOf }: RunFactInput): RunFact {
  const { lab, runtime, profile, tracker, torrents } = plan;
  return {
    type: "run",
    lab,
    runtime,
    profile,
    startedAt,
    tracker,
    torrents,
    nodes: [
      service(TRACKER, "tracker", { interval: tracker.interval }),
      service(CONTROLLER, "controller", null),
      ...(web ? [service(WEB, "web", null)] : []),
      ...peers.map((peer) => ({
        node: peer.name,
        role: peer.role,
        group: peer.group,
        settings: settingsOf(peer),
        seeds: peer.seeds,
        fetches: peer.fetches,
      })),
    ],
  };
}

function service(
  node: string,
  role: "tracker" | "controller" | "web",
  settings: NodeSettings | null,
): RunFact["nodes"][number] {
  return { node, role, group: role, settings, seeds: [], fetches: [] };
}
