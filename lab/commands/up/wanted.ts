import { name as labName } from "../../api/words.ts";
import { LabError } from "../../errors.ts";
import { loadProfile } from "../../profile/load.ts";
import type { Profile } from "../../profile/schema.ts";
import { printable } from "../../units.ts";
import { type Condition, parseCondition } from "../condition.ts";
import type { UpFlags } from "../up.ts";
import { defaultLabName, profileFolders, type World } from "../world.ts";

/** What the user asked for, checked as far as words go. */
export interface Wanted {
  readonly lab: string;
  readonly profile: Profile;
  readonly scale: Readonly<Record<string, number>>;
  readonly until: Condition | undefined;
}

/** Throws usage errors before anything is started. */
export function readWanted(world: World, flags: UpFlags): Wanted {
  const lab = flags.name ?? defaultLabName(world.dir);
  if (!labName.safeParse(lab).success || lab.length > 40) {
    throw new LabError("usage", `"${printable(lab)}" cannot be a lab's name`, {
      hint: "A name has lower-case letters, digits and inner dashes, 40 at most.",
    });
  }
  return {
    lab,
    profile: loadProfile(flags.profile, profileFolders(world)),
    scale: flags.leechers === undefined ? flags.scale : { ...flags.scale, leecher: flags.leechers },
    until: flags.until === undefined ? undefined : parseCondition(flags.until),
  };
}
