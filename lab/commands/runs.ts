import type { Command } from "commander";
import type { World } from "./world.ts";

export interface RunsFlags {
  readonly name?: string;
  readonly json: boolean;
}

export function addRuns(lab: Command, world: World): void {
  lab
    .command("runs")
    .description("what came of each run of this folder's lab, also after `down`: change a knob, compare two rows")
    .option("--name <name>", "the lab; default: this folder's")
    .option("--json", "print them as JSON", false)
    .action(async (flags: RunsFlags) => {
      const { runs } = await import("./runs/runs.ts");
      await runs(world, flags);
    });
}
