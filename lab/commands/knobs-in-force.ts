import type { NodeStatus } from "../api/status.ts";
import type { PeerSettings } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { withLiveKnobs } from "../plan/live.ts";
import type { LabPlan } from "../plan/plan.ts";
import { ANSWER_MS, clientOfPlan, type FoundLab } from "./find-lab.ts";

/**
 * The lab with a plan that has the knobs in force: the web page sets them on nodes, past the plan. A controller that does
 * not answer tells none, and the plan is as it was.
 */
export async function withKnobsInForce(lab: FoundLab): Promise<FoundLab> {
  if (!lab.plan) return lab;
  return { ...lab, plan: withLiveKnobs(lab.plan, await knobsInForce(lab.plan)) };
}

async function knobsInForce(plan: LabPlan): Promise<Map<string, Partial<PeerSettings>>> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const { nodes } = await clientOfPlan(plan).status({ signal });
    return new Map(nodes.map((node) => [node.name, knobsOf(node)]));
  } catch (error) {
    if (signal.aborted || error instanceof LabError) return new Map();
    throw error;
  }
}

/** A node that is no peer has none. */
function knobsOf({ limits, slots, strategy, endgame, superSeeding, maxPeers, behaviour }: NodeStatus) {
  const knobs = { ...limits, slots, strategy, endgame, superSeeding, maxPeers, behaviour };
  return slots === null ? {} : (knobs as PeerSettings);
}
