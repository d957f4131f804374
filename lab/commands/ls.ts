import type { Command } from "commander";
import type { World } from "./world.ts";

export function addLs(lab: Command, world: World): void {
  lab
    .command("ls")
    .description("every lab of this user, from whatever folder")
    .option("--json", "print them as JSON", false)
    .action(async (flags: { json: boolean }) => {
      const { ls } = await import("./ls/ls.ts");
      await ls(world, flags);
    });
}
