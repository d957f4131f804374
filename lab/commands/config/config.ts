import { readFileSync } from "node:fs";
import { hasCode, LabError } from "../../errors.ts";
import { type FoundLab, findLab, planOf } from "../find-lab.ts";
import type { World } from "../world.ts";

/** `lab config`. */
export async function config(world: World, flags: { name?: string }): Promise<void> {
  const lab = await findLab(world, flags.name);
  if (lab.runtime.kind !== "docker") {
    throw new LabError("usage", `the lab "${lab.name}" runs as local processes and has no compose file`, {
      hint: "`lab up --dry-run` prints its plan.",
    });
  }
  world.stdout.write(composeFileOf(lab));
}

/** @throws LabError when it is gone, as the lab's whole folder may be. */
export function composeFileOf(lab: FoundLab): string {
  planOf(lab);
  try {
    return readFileSync(lab.folder.compose, "utf8");
  } catch (cause) {
    if (!hasCode(cause, "ENOENT")) throw cause;
    throw new LabError("failed", `the compose file of the lab "${lab.name}" is gone: ${lab.folder.compose}`, {
      hint: "`lab up` writes it again.",
      cause,
    });
  }
}
