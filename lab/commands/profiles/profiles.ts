import { messageOf } from "../../errors.ts";
import { listProfiles, loadProfile, readProfile } from "../../profile/load.ts";
import { profileJsonSchema } from "../../profile/schema.ts";
import { profileText } from "../../profile/text.ts";
import { printable } from "../../units.ts";
import { table } from "../table.ts";
import { print, printJson, profileFolders, shortPath, type World } from "../world.ts";

/** `lab profiles ls`; a broken file is shown with its fault instead of hiding the others. */
export function listAll(world: World, flags: { json: boolean }): void {
  const folders = profileFolders(world);
  const profiles = listProfiles(folders).map(({ name, file }) => ({ name, file, ...summary(name, folders) }));
  if (flags.json) return printJson(world, { schemaVersion: 1, profiles });
  const rows = profiles.map(({ name, file, text }) => [printable(name), printable(text), shortPath(world, file)]);
  for (const line of table(["PROFILE", "DESCRIPTION", "FILE"], rows)) print(world, line);
}

function summary(name: string, folders: readonly string[]): { text: string; overlay: boolean } {
  try {
    const { value } = readProfile(name, folders);
    const text = typeof value.description === "string" ? value.description : "";
    return { text: value.overlay === true ? `overlay: ${text}` : text, overlay: value.overlay === true };
  } catch (error) {
    return { text: `broken: ${messageOf(error)}`, overlay: false };
  }
}

/** `lab profiles show`: itself a profile, which can be kept and changed. */
export function show(world: World, names: readonly string[]): void {
  world.stdout.write(profileText(loadProfile(names, profileFolders(world))));
}

/** `lab profiles check`. */
export function check(world: World, names: readonly string[]): void {
  const profile = loadProfile(names, profileFolders(world));
  const count = (groups: readonly { count: number }[]) => groups.reduce((sum, group) => sum + group.count, 0);
  print(world, `${profile.name}: fine · ${count(profile.seeders)} seeders, ${count(profile.leechers)} leechers`);
}

/** `lab profiles schema`. */
export function schema(world: World): void {
  printJson(world, profileJsonSchema());
}
