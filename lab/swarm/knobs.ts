import type { NodeSettings } from "../api/node.ts";
import type { PeerSettings } from "../api/words.ts";
import { noteChange } from "./change.ts";
import type { NodeModel, SwarmModel } from "./state.ts";

/** A peer's knobs; `undefined` for other nodes, and before anything is known. */
export function knobsOf(settings: NodeSettings | null | undefined): PeerSettings | undefined {
  return settings && "up" in settings ? settings : undefined;
}

/** Takes a node's settings; the tracker's interval is no matter of the bound. */
export function noteSettings(model: SwarmModel, node: NodeModel, settings: NodeSettings | null): void {
  const [before, after] = [knobsOf(node.settings), knobsOf(settings)];
  if (before && after && !sameSettings(before, after)) noteChange(model, "knobs", node.name);
  node.settings = settings;
}

/** Whether they mean the same: a peer that says nothing of its behaviour is honest. */
export function sameSettings(a: NodeSettings, b: NodeSettings): boolean {
  const left = Object.entries({ behaviour: "honest", ...a });
  const right = new Map<string, unknown>(Object.entries({ behaviour: "honest", ...b }));
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value);
}
