import { type Dictionary, lookup, put } from "../../swarm/dictionary.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { isPeer } from "../../swarm/peers.ts";

/** By peer the number of its colour: a peer keeps it while others come and go, and a room does not have to learn anew. */
export type Colours = Dictionary<number>;

/** Gives each peer without a colour the smallest number that is free; peers that the swarm forgot give theirs back. */
export function noteColours(colours: Colours, { nodes }: SwarmModel): void {
  for (const name of Object.keys(colours)) if (!lookup(nodes, name)) delete colours[name];
  const taken = new Set(Object.values(colours));
  let free = 0;
  for (const { name } of Object.values(nodes).filter(isPeer)) {
    if (lookup(colours, name) !== undefined) continue;
    while (taken.has(free)) free += 1;
    put(colours, name, free);
    taken.add(free);
  }
}
