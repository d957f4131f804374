import picomatch from "picomatch";
import type { TorrentInfo } from "../api/words.ts";
import { groupsOf } from "../profile/groups.ts";
import { printable } from "../units.ts";
import type { LabPlan } from "./plan.ts";

/** Info-hashes of the torrents whose source one of the globs matches, and none of those with a `!` before them. */
export function matching(torrents: readonly TorrentInfo[], globs: readonly string[]): string[] {
  const matches = matcher(globs);
  return torrents.filter(({ source }) => matches(source)).map(({ infoHash }) => infoHash);
}

/** A line for each glob of the profile that matches none of the entries there are: it may be mistyped. */
export function globNote({ input: { profile, torrents } }: Pick<LabPlan, "input">): string[] {
  if (torrents.length === 0) return [];
  return groupsOf(profile).flatMap(({ name, group: { seeds = [], fetches = [] } }) =>
    [...new Set([...seeds, ...fetches])]
      .filter((glob) => matching(torrents, [isExclusion(glob) ? glob.slice(1) : glob]).length === 0)
      .map((glob) => `note: nothing in sources/ matches "${printable(glob)}" (group ${name})`),
  );
}

/** What is only taken away from is everything. */
function matcher(globs: readonly string[]): (name: string) => boolean {
  const ignore = globs.filter(isExclusion).map((glob) => forNames(glob.slice(1)));
  const wanted = globs.filter((glob) => !isExclusion(glob)).map(forNames);
  // Names may have line feeds, which `.` matches with this flag alone.
  return picomatch(wanted.length === 0 && ignore.length > 0 ? ["*"] : wanted, { dot: true, flags: "s", ignore });
}

/** `!(a|b)` is a pattern of its own. */
const isExclusion = (glob: string) => /^!(?!\().+/s.test(glob);

/** Entries are matched by their names alone: `docs/` is the folder `docs`. */
const forNames = (glob: string) => glob.replace(/(?<=[^/])\/+$/, "");
