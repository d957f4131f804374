import { LabError, messageOf } from "../../errors.ts";
import { wantedLinks } from "../../plan/link.ts";
import { loadProfile } from "../../profile/load.ts";
import { type Needs, needsOf } from "../needs.ts";
import { roughPlan } from "../rough-plan.ts";
import { profileFolders, type World } from "../world.ts";

/** What a profile would take of a machine with what is in `sources/` now. */
export interface WantedLab {
  readonly profile: string;
  readonly needs: Needs;
  readonly wantsLinks: boolean;
  /** Why `sources/` cannot be shared; `undefined` when it can, or when a sample would be made. */
  readonly problem: string | undefined;
}

const nothing: Needs = { nodes: 0, memory: 0, disk: 0, downloaders: 0, neighbours: 0 };

/** @throws LabError usage for a bad profile. */
export async function wantedLab(world: World, profiles: readonly string[]): Promise<WantedLab> {
  const profile = loadProfile(profiles, profileFolders(world));
  const known = { profile: profile.name, wantsLinks: wantedLinks({ profile }).length > 0 };
  try {
    const plan = await roughPlan({ lab: "doctor", runtime: "docker", dir: world.dir, profile, scale: {} });
    return { ...known, needs: needsOf(plan), problem: undefined };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { ...known, needs: nothing, problem: messageOf(error) };
  }
}
