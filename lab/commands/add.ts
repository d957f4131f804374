import type { Command } from "commander";
import { addKnobs, type KnobFlags, knobsOf } from "./knobs.ts";
import type { World } from "./world.ts";

export function addAdd(lab: Command, world: World): void {
  addKnobs(
    lab
      .command("add")
      .argument("<group>", "such as leecher")
      .description("let one more peer in, with knobs of its own")
      .option("--name <name>", "the lab; default: this folder's"),
  ).action(async (group: string, flags: KnobFlags) => {
    const [{ changeInput }, { withPeer }] = await Promise.all([import("./change-plan.ts"), import("../plan/live.ts")]);
    await changeInput(world, flags.name, (plan) => withPeer(plan, group, knobsOf(flags)));
  });
}
