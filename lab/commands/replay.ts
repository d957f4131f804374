import { type Command, InvalidArgumentError } from "commander";
import { type ThemeName, themeOption } from "./watch.ts";
import type { World } from "./world.ts";

export interface ReplayFlags {
  readonly name?: string;
  readonly speed: number;
  readonly theme: ThemeName;
  readonly projector: boolean;
  readonly plain: boolean;
}

export function addReplay(lab: Command, world: World): void {
  lab
    .command("replay")
    .argument("[run]", "a run of `lab runs`, or how it begins; the newest without it")
    .description("see a run again on the dashboard, also after `down`; P pauses, q leaves")
    .option("--name <name>", "the lab; default: this folder's")
    .option("--speed <factor>", "how fast: 0.25 is slow motion, 4 is quick", parseSpeed, 1)
    .addOption(themeOption())
    .option("--projector", "few, large rows for a room", false)
    .option("--plain", "a line per change instead of the dashboard", false)
    .action(async (run: string | undefined, flags: ReplayFlags) => {
      const { replay } = await import("./replay/replay.ts");
      process.exitCode = await replay(world, run, flags);
    });
}

function parseSpeed(value: string): number {
  const speed = /^\d{1,4}(\.\d{1,3})?$/.test(value) ? Number(value) : 0;
  if (speed > 0) return speed;
  throw new InvalidArgumentError("It is a number above 0, such as 0.5 or 4.");
}
