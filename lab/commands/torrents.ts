import type { Command } from "commander";
import { collect } from "./collect.ts";
import type { World } from "./world.ts";

export interface TorrentsFlags {
  readonly json: boolean;
  readonly name?: string;
  readonly profile: readonly string[];
}

export function addTorrents(lab: Command, world: World): void {
  const torrents = lab.command("torrents").description("the torrents of what is in sources/");
  torrents
    .command("ls", { isDefault: true })
    .description("what can be shared, and the torrents that were made of it")
    .option("--json", "print them as JSON", false)
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (flags: TorrentsFlags) => (await load()).listTorrents(world, flags));
  torrents
    .command("create")
    .description("make them without starting a lab")
    .option("--json", "print them as JSON", false)
    .option("--name <name>", "the lab; default: this folder's")
    .option("--profile <name>", "profile that says piece length and private", collect, [])
    .action(async (flags: TorrentsFlags) => (await load()).createAll(world, flags));
  torrents
    .command("check")
    .argument("<file>", "any .torrent file")
    .description("accept or refuse a .torrent, with the reason; exit 0 or 2")
    .option("--json", "print the verdict as JSON", false)
    .action(async (file: string, flags: { json: boolean }) => {
      const { checkFile } = await import("./torrents/check.ts");
      process.exitCode = await checkFile(world, file, flags);
    });
}

function load() {
  return import("./torrents/torrents.ts");
}
