import type { Command } from "commander";
import type { World } from "./world.ts";

export function addStatus(lab: Command, world: World): void {
  lab
    .command("status")
    .description("the state of the lab and its swarms; exit 1 when it is not running")
    .option("--name <name>", "the lab; default: this folder's")
    .option("--json", "print it as JSON, the contract for scripts", false)
    .action(async (flags: { name?: string; json: boolean }) => {
      const { status } = await import("./status/status.ts");
      await status(world, flags);
    });
}
