import { isPeer } from "../../swarm/peers.ts";
import type { Lab } from "../lab.ts";
import { done, type Handler, refused } from "./command.ts";

/**
 * Only checks: the command's own line in the journal is what cuts, so that a cut holds over restarts of both sides.
 * A side may name groups; `nodesOfAll` says which nodes they are.
 */
export const cut: Handler<"cut"> = ({ lab }, { sides }) => {
  const [left, right] = sides.map((names) => new Set(names)) as [Set<string>, Set<string>];
  if (left.size === 0 || right.size === 0) return refused("a cut needs nodes on both sides");
  for (const name of [...left, ...right]) {
    const node = lab.journal.model.nodes[name];
    if (!node) return refused(`there is no node or group "${name}" in this lab`);
    if (!isPeer(node)) return refused(`${name} is no peer: it cannot be cut off`);
    if (left.has(name) && right.has(name)) return refused(`${name} is on both sides`);
  }
  return done;
};

export const heal: Handler<"heal"> = () => done;

/** The nodes of a list of nodes and groups. */
export function nodesOfAll(lab: Lab, names: readonly string[]): string[] {
  const nodes = Object.values(lab.journal.model.nodes);
  return names.flatMap((name) => {
    if (lab.journal.model.nodes[name]) return [name];
    const group = nodes.filter((node) => node.group === name).map((node) => node.name);
    return group.length > 0 ? group : [name];
  });
}
