import type { Command } from "commander";
import type { World } from "./world.ts";

export function addRm(lab: Command, world: World): void {
  lab
    .command("rm")
    .argument("<node...>", "such as leecher-3")
    .description("take peers out of the swarm, with what they downloaded")
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (nodes: string[], flags: { name?: string }) => {
      const [{ changeInput }, { withoutPeers }] = await Promise.all([
        import("./change-plan.ts"),
        import("../plan/live.ts"),
      ]);
      await changeInput(world, flags.name, (plan) => withoutPeers(plan, nodes));
    });
}
