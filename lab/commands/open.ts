import type { Command } from "commander";
import type { World } from "./world.ts";

export function addOpen(lab: Command, world: World): void {
  lab
    .command("open")
    .description("open the web UI of the lab in the browser")
    .option("--print", "print its link instead", false)
    .option("--view", "the read-only link, for a class", false)
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (flags: { print: boolean; view: boolean; name?: string }) => {
      const { open } = await import("./open/open.ts");
      await open(world, flags);
    });
}
