import { readFileSync } from "node:fs";
import { LabError } from "../../errors.ts";
import { findLab } from "../find-lab.ts";
import type { World } from "../world.ts";

/** `lab config`. */
export async function config(world: World, flags: { name?: string }): Promise<void> {
  const lab = await findLab(world, flags.name);
  if (lab.runtime.kind !== "docker") {
    throw new LabError("usage", `the lab "${lab.name}" runs as local processes and has no compose file`, {
      hint: "`lab up --dry-run` prints its plan.",
    });
  }
  world.stdout.write(readFileSync(lab.folder.compose, "utf8"));
}
