import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, isAbsolute, join } from "node:path";
import { hasCode, LabError } from "../errors.ts";
import { printable } from "../units.ts";
import { mergeProfiles, type ProfileSource } from "./merge.ts";
import { nearest } from "./nearest.ts";
import { type Profile, profileSchema } from "./schema.ts";
import { parseYaml } from "./yaml-file.ts";

/** Folders with profiles, the user's own first, the shipped ones last. */
export type ProfileFolders = readonly string[];

/**
 * The profile that `names` make together: at most one base and any overlays; `default` is the base if only overlays are
 * named. A name is a file of one of the folders without its ending, or a path to a file. Throws usage errors.
 */
export function loadProfile(names: readonly string[], folders: ProfileFolders): Profile {
  const named = (names.length > 0 ? names : ["default"]).map((name) => ({ name, ...readProfile(name, folders) }));
  const bases = named.filter(({ value }) => value.overlay !== true);
  if (bases.length > 1) {
    throw new LabError("usage", `profiles ${bases.map(({ name }) => `"${name}"`).join(" and ")} cannot be combined`, {
      hint: "Give one base profile, and overlays (profiles with `overlay: true`).",
    });
  }
  const base = bases[0] ?? { name: "default", ...readProfile("default", folders) };
  const overlays = named.filter(({ value }) => value.overlay === true);
  const sources = [base, ...overlays];
  const merged = profileSchema.safeParse(mergeProfiles(base, overlays));
  // Each file is fine by itself: what is wrong is what they make together.
  const [issue] = merged.error?.issues ?? [];
  if (!merged.success)
    throw new LabError("usage", `${sources.map(({ file }) => shown(file)).join(" and ")}: ${issue?.message}`);
  return { ...merged.data, name: sources.map(({ name }) => basename(name, extname(name))).join("+") };
}

/** Reads and checks one profile file. */
export function readProfile(name: string, folders: ProfileFolders): ProfileSource {
  const isPath = name.includes("/") || /\.ya?ml$/.test(name);
  const places = isPath ? [[name]] : folders.map((folder) => ENDINGS.map((ending) => join(folder, `${name}${ending}`)));
  for (const files of places) {
    const found = readOne(files);
    if (!found) continue;
    const { file, text } = found;
    return { file, value: parseYaml(text, shown(file), profileSchema) as Record<string, unknown> };
  }
  const known = listProfiles(folders).map((profile) => profile.name);
  const close = nearest(name, known, 2);
  const hint = close === undefined ? `There are: ${known.join(", ")}.` : `Did you mean "${close}"?`;
  throw new LabError("usage", `there is no profile "${printable(name)}"`, { hint: isPath ? "Check the path." : hint });
}

const ENDINGS = [".yaml", ".yml"];

/** The one of these files that is there. Of two, nobody knows which one is meant. */
function readOne(files: readonly string[]): { file: string; text: string } | undefined {
  const [found, other] = files.flatMap((file) => {
    const text = readIfThere(file);
    return text === undefined ? [] : [{ file, text }];
  });
  if (!found || !other) return found;
  throw new LabError("usage", `there are two profiles of one name: ${shown(found.file)} and ${shown(other.file)}`, {
    hint: "Remove one of them, or give it another name.",
  });
}

/** Names and files of all profiles; the first folder that has a name wins. */
export function listProfiles(folders: ProfileFolders): { name: string; file: string }[] {
  const found = new Map<string, string>();
  for (const folder of folders) {
    for (const file of readFolder(folder)) {
      const name = basename(file, extname(file));
      if (/\.ya?ml$/.test(file) && !found.has(name)) found.set(name, join(folder, file));
    }
  }
  return [...found].map(([name, file]) => ({ name, file })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (hasCode(cause, "ENOENT", "ENOTDIR")) return undefined;
    throw new LabError("usage", `cannot read the profile ${shown(file)}`, {
      cause,
      hint: "Check that it is a readable file.",
    });
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function shown(file: string): string {
  return isAbsolute(file) ? join(basename(join(file, "..")), basename(file)) : file;
}
