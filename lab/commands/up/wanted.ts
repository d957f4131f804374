import { LabError } from "../../errors.ts";
import { loadProfile } from "../../profile/load.ts";
import type { Profile } from "../../profile/schema.ts";
import { type Condition, parseCondition } from "../condition.ts";
import { labNameOf } from "../lab-name.ts";
import type { UpFlags } from "../up.ts";
import { profileFolders, type World } from "../world.ts";

/** What the user asked for, checked as far as words go. */
export interface Wanted {
  readonly lab: string;
  readonly profile: Profile;
  readonly scale: Readonly<Record<string, number>>;
  readonly until: Condition | undefined;
}

/** Throws usage errors before anything is started. */
export function readWanted(world: World, flags: UpFlags): Wanted {
  if (flags.timeout !== undefined && !flags.wait && flags.until === undefined)
    throw new LabError("usage", "--timeout bounds a wait, and nothing is waited for", {
      hint: "Add --wait or --until, or leave out --timeout.",
    });
  return {
    lab: labNameOf(world, flags.name),
    profile: loadProfile(flags.profile, profileFolders(world)),
    scale: flags.leechers === undefined ? flags.scale : { ...flags.scale, leecher: flags.leechers },
    until: flags.until === undefined ? undefined : parseCondition(flags.until),
  };
}
