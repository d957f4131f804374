import { type Command, InvalidArgumentError } from "commander";
import type { World } from "./world.ts";

export function addScale(lab: Command, world: World): void {
  lab
    .command("scale")
    .argument("<group=n...>", "such as leecher=8", collectScale)
    .description("change how many peers a group has; the highest numbers go first")
    .option("--name <name>", "the lab; default: this folder's")
    .action(async (scale: Record<string, number>, flags: { name?: string }) => {
      const [{ changeInput }, { scaled }] = await Promise.all([import("./change-plan.ts"), import("../plan/live.ts")]);
      await changeInput(world, flags.name, (plan) => scaled(plan, scale));
    });
}

/** Shared with `up --scale`. */
export function collectScale(value: string, previous: Record<string, number> | undefined): Record<string, number> {
  const [group = "", count = "", ...rest] = value.split("=");
  if (!group || rest.length > 0 || !/^\d{1,4}$/.test(count) || Number(count) > 1000) {
    throw new InvalidArgumentError("Write it like leecher=8; a group has at most 1000 nodes.");
  }
  return { ...previous, [group]: Number(count) };
}
