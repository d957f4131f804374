import type { Change, SwarmModel } from "./state.ts";

/** Remembers what ends the comparison with the bound. Before the release nothing does: the bound is of what is let go. */
export function noteChange(model: SwarmModel, kind: Change["kind"], name: string): void {
  if (model.releasedAt !== null) model.change ??= { kind, name };
}
