import type { Command } from "commander";
import type { World } from "./world.ts";

export function addConfig(lab: Command, world: World): void {
  lab
    .command("config")
    .description("the compose file of the lab; `docker compose -f` runs it")
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (flags: { name?: string }) => {
      const { config } = await import("./config/config.ts");
      await config(world, flags);
    });
}
