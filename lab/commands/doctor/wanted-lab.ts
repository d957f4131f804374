import type { RuntimeKind } from "../../api/words.ts";
import { LabError, messageOf } from "../../errors.ts";
import type { Profile } from "../../profile/schema.ts";
import { requireShareable, scanSources } from "../../torrents/scan.ts";
import { type Needs, needsOf } from "../needs.ts";
import { overfullText } from "../overfull.ts";
import { planOfSources } from "../rough-plan.ts";
import { sourcesFolder } from "../sources-folder.ts";
import type { World } from "../world.ts";

/** What a profile would take of a machine with what is in `sources/` now. */
export interface WantedLab {
  readonly profile: string;
  readonly needs: Needs;
  /** Which peers keep more in memory than fits there; `undefined` when none does. */
  readonly overfull: string | undefined;
  /** Why `sources/` cannot be shared; `undefined` when it can, or when a sample would be made. */
  readonly problem: string | undefined;
}

const nothing: Needs = { nodes: 0, memory: 0, disk: 0, downloaders: 0, neighbours: 0 };

/** @param runtime where `lab up` would bring it up here. */
export async function wantedLab(world: Pick<World, "dir">, profile: Profile, runtime: RuntimeKind): Promise<WantedLab> {
  try {
    const folder = sourcesFolder(world.dir);
    const sources = await scanSources(folder);
    requireShareable(sources, folder);
    const plan = planOfSources({ lab: "doctor", runtime, dir: world.dir, profile, scale: {} }, sources);
    return { profile: profile.name, needs: needsOf(plan), overfull: overfullText(plan), problem: undefined };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { profile: profile.name, needs: nothing, overfull: undefined, problem: messageOf(error) };
  }
}
