import type { Command } from "commander";
import type { World } from "./world.ts";

export interface DownFlags {
  readonly volumes: boolean;
  readonly all: boolean;
  readonly json: boolean;
}

export function addDown(lab: Command, world: World): void {
  lab
    .command("down")
    .argument("[name]", "the lab; default: this folder's")
    .description("remove every process, container, network, volume and download of a lab")
    .option("--name <name>", "the same as the argument")
    .option("-v, --volumes", "its torrents and recorded runs too", false)
    .option("--all", "every lab of this user, and images that are no longer used", false)
    .option("--json", "print what was removed as JSON", false)
    .action(async (name: string | undefined, flags: DownFlags & { name?: string }) => {
      const { down } = await import("./down/down.ts");
      process.exitCode = await down(world, name ?? flags.name, flags);
    });
}
