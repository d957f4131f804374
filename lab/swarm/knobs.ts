import type { NodeSettings } from "../api/node.ts";
import type { PeerSettings } from "../api/words.ts";
import type { NodeModel, SwarmModel } from "./state.ts";

/** A peer's knobs; `undefined` for other nodes, and before anything is known. */
export function knobsOf(settings: NodeSettings | null | undefined): PeerSettings | undefined {
  return settings && "up" in settings ? settings : undefined;
}

/** Takes a node's settings and remembers a change after the release, which ends the comparison with the bound. */
export function noteSettings(model: SwarmModel, node: NodeModel, settings: NodeSettings | null, t: number): void {
  const changed = node.settings !== null && settings !== null && !sameSettings(node.settings, settings);
  if (changed && model.releasedAt !== null) model.knobsChangedAt = t;
  node.settings = settings;
}

export function sameSettings(a: NodeSettings, b: NodeSettings): boolean {
  const left = Object.entries(a);
  const right = new Map<string, unknown>(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.get(key) === value);
}
