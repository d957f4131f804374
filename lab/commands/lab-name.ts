import { name as labName } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { printable } from "../units.ts";
import { defaultLabName, type World } from "./world.ts";

/** Names of networks and volumes carry it, beside a run's and a node's. */
const MAX_LENGTH = 40;

/** How a command that is to mean this lab is typed: with its name, where that is not the folder's. */
export function typed(world: Pick<World, "dir">, lab: string, command: string): string {
  return lab === defaultLabName(world.dir) ? `lab ${command}` : `lab ${command} --name ${lab}`;
}

/** How people go on with a lab that they leave. */
export function goesOnText(world: Pick<World, "dir">, lab: string): string {
  const [watch, down] = ["watch", "down"].map((command) => typed(world, lab, command));
  return `the lab "${lab}" goes on: ${watch} comes back to it, ${down} removes it`;
}

/** The lab's name: asked for, or the folder's. @throws LabError usage for what no lab can be called. */
export function labNameOf(world: Pick<World, "dir">, asked: string | undefined): string {
  const lab = asked ?? defaultLabName(world.dir);
  if (labName.safeParse(lab).success && lab.length <= MAX_LENGTH) return lab;
  throw new LabError("usage", `"${printable(lab)}" cannot be a lab's name`, {
    hint: `A name has lower-case letters, digits and inner dashes, ${MAX_LENGTH} at most.`,
  });
}
