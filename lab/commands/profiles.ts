import type { Command } from "commander";
import type { World } from "./world.ts";

export function addProfiles(lab: Command, world: World): void {
  const profiles = lab.command("profiles").description("the profiles that there are");
  profiles
    .command("ls", { isDefault: true })
    .description("their names, with a line each")
    .option("--json", "print them as JSON", false)
    .action(async (flags: { json: boolean }) => (await load()).listAll(world, flags));
  profiles
    .command("show")
    .argument("<names...>", "a profile, and overlays")
    .description("the profile that these names make, defaults filled in")
    .action(async (names: string[]) => (await load()).show(world, names));
  profiles
    .command("check")
    .argument("<names...>", "a profile or a path to one, and overlays")
    .description("check it; exit 2 with file, line and column if it is wrong")
    .action(async (names: string[]) => (await load()).check(world, names));
  profiles
    .command("schema")
    .description("the JSON Schema of a profile file, for editors")
    .action(async () => (await load()).schema(world));
}

function load() {
  return import("./profiles/profiles.ts");
}
