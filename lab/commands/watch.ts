import { type Command, Option } from "commander";
import type { World } from "./world.ts";

const themeNames = ["default", "okabe-ito", "mono"] as const;
export type ThemeName = (typeof themeNames)[number];

export interface WatchFlags {
  readonly name?: string;
  readonly theme: ThemeName;
  readonly projector: boolean;
  readonly plain: boolean;
}

export function addWatch(lab: Command, world: World): void {
  lab
    .command("watch")
    .description("see the swarm of a running lab think; q leaves and the lab goes on")
    .option("--name <name>", "the lab; default: this folder's")
    .addOption(themeOption())
    .option("--projector", "few, large rows for a room", false)
    .option("--plain", "a line per change instead of the dashboard", false)
    .action(async (flags: WatchFlags) => {
      const { watch } = await import("./watch/watch.ts");
      process.exitCode = await watch(world, flags);
    });
}

/** Shared with `up`. */
export function themeOption(): Option {
  return new Option("--theme <theme>", "colours of the dashboard").choices(themeNames).default("default");
}
