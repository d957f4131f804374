import type { Command } from "commander";
import type { World } from "./world.ts";

export function addPs(lab: Command, world: World): void {
  lab
    .command("ps")
    .description("the nodes of the lab, as the runtime sees them")
    .option("--name <name>", "the lab; default: this folder's")
    .option("--json", "print them as JSON", false)
    .action(async (flags: { name?: string; json: boolean }) => {
      const { ps } = await import("./ps/ps.ts");
      await ps(world, flags);
    });
}
