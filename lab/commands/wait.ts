import type { Command } from "commander";
import { parseTimeout } from "./up.ts";
import type { World } from "./world.ts";

export function addWait(lab: Command, world: World): void {
  lab
    .command("wait")
    .description("wait until the swarm is complete, or as far as asked")
    .option("--until <condition>", "complete, ratio=1.0 or progress=50%", "complete")
    .option("--timeout <time>", "exit 124 after it", parseTimeout)
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (flags: { until: string; timeout?: number; name?: string }) => {
      const { wait } = await import("./wait/wait.ts");
      process.exitCode = await wait(world, flags);
    });
}
