import { name as labName } from "../api/words.ts";
import { LabError } from "../errors.ts";
import { printable } from "../units.ts";
import { defaultLabName, type World } from "./world.ts";

/** Names of networks and volumes carry it, beside a run's and a node's. */
const MAX_LENGTH = 40;

/** The lab's name: asked for, or the folder's. @throws LabError usage for what no lab can be called. */
export function labNameOf(world: Pick<World, "dir">, asked: string | undefined): string {
  const lab = asked ?? defaultLabName(world.dir);
  if (labName.safeParse(lab).success && lab.length <= MAX_LENGTH) return lab;
  throw new LabError("usage", `"${printable(lab)}" cannot be a lab's name`, {
    hint: `A name has lower-case letters, digits and inner dashes, ${MAX_LENGTH} at most.`,
  });
}
