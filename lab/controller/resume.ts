import type { PlannedPeer } from "../api/run-plan.ts";
import type { NodeState } from "../api/words.ts";
import { isPeer } from "../swarm/peers.ts";
import { CONTROLLER } from "./journal.ts";
import { type Lab, record } from "./lab.ts";
import { type NodeLife, START_SECONDS } from "./node-life.ts";
import { recordPlan, takePlan } from "./take-plan.ts";

/** Seconds in which nodes find a restarted controller again, or finish their start. */
const patienceWith: Partial<Record<NodeState, number>> = { running: 15, starting: START_SECONDS };

/** Begins a journal, or goes on with that of an earlier process: knobs, adopted nodes and cuts are as they were. */
export function resume(lab: Lab, life: NodeLife, address: string): void {
  const { model, resumed } = lab.journal;
  if (model.run === null) recordPlan(lab, (peer) => peer.settings);
  else {
    lab.adopted = adoptedBefore(lab);
    takePlan(lab, lab.plan, new Set());
    record(lab, CONTROLLER, { type: "mark", text: restartNote(resumed) });
    for (const { name, state } of Object.values(model.nodes)) {
      const patience = patienceWith[state];
      if (patience !== undefined && name !== CONTROLLER)
        life.lost(name, "did not come back after the controller was restarted", patience);
    }
  }
  record(lab, CONTROLLER, { type: "node", state: "running", role: "controller", address });
  lab.reconcile();
}

function restartNote({ lines, torn }: Lab["journal"]["resumed"]): string {
  const note = `the controller was restarted and goes on after line ${lines}`;
  return torn === 0 ? note : `${note}; a torn last line of ${torn} bytes was cut off`;
}

/** Peers of the journal that no plan names. */
function adoptedBefore({ plan, journal }: Lab): PlannedPeer[] {
  const planned = new Set(plan.peers.map((peer) => peer.name));
  return Object.values(journal.model.nodes).flatMap((node): PlannedPeer[] => {
    if (!isPeer(node) || planned.has(node.name)) return [];
    const duty = plan.adopt?.[node.role];
    if (!duty) return [];
    return [{ ...duty, name: node.name, group: node.role, role: node.role, joinAt: 0, lingerAfterComplete: null }];
  });
}
