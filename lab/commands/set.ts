import type { Command } from "commander";
import { addKnobs, type KnobFlags, knobsOf } from "./knobs.ts";
import type { World } from "./world.ts";

export function addSet(lab: Command, world: World): void {
  addKnobs(
    lab
      .command("set")
      .argument("<node|group>", "such as leecher-2, or leecher for all of them")
      .description("turn knobs of running peers")
      .option("--name <name>", "the lab; default: this folder's"),
  ).action(async (target: string, flags: KnobFlags) => {
    const { setKnobs } = await import("./set/set.ts");
    await setKnobs(world, target, flags.name, knobsOf(flags));
  });
}
