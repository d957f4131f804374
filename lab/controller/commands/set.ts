import type { PeerSettings } from "../../api/words.ts";
import { messageOf } from "../../errors.ts";
import { knobsOf } from "../../swarm/knobs.ts";
import { changeSettings } from "../change-settings.ts";
import { type Lab, peersOf, record } from "../lab.ts";
import { absence, done, type Handler, isReachable, refused } from "./command.ts";

/** A node alone must be there to take its knobs; of a group, those that are away or frozen get them when they come back. */
export const set: Handler<"set"> = async ({ lab }, { target, settings }) => {
  const changes = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  if (Object.keys(changes).length === 0) return refused("nothing to set");
  const alone = peersOf(lab).some((peer) => peer.name === target);
  const members = peersOf(lab).filter((peer) => (alone ? peer.name === target : peer.group === target));
  if (members.length === 0) return refused(noTarget(lab, target));
  const reachable = members.filter((peer) => isReachable(lab, peer.name));
  if (reachable.length === 0) return refused(alone ? absence(lab, target) : `no node of ${target} is running`);
  const nodes = members.map((peer) => peer.name);
  const problems = (await Promise.all(nodes.map((node) => setNode(lab, node, changes)))).flat();
  return problems.length === 0 ? { ...done, value: { nodes } } : refused(problems.join("; "));
};

/** What is wrong, if anything; only a node that took its settings has them. */
async function setNode(lab: Lab, node: string, changes: Partial<PeerSettings>): Promise<string[]> {
  const current = knobsOf(lab.journal.model.nodes[node]?.settings);
  if (!current) return [`${node} has no knobs`];
  const settings = { ...current, ...changes };
  if (!isReachable(lab, node)) {
    void changeSettings(lab, node, settings);
    return [];
  }
  try {
    await lab.sessions.get(node)?.ask({ type: "settings", settings });
  } catch (error) {
    return [`${node}: ${messageOf(error)}`];
  }
  record(lab, node, { type: "settings", settings });
  return [];
}

function noTarget(lab: Lab, target: string): string {
  const node = lab.journal.model.nodes[target];
  return node ? `${target} is a ${node.role}: it has no knobs` : `there is no node or group "${target}" in this lab`;
}
