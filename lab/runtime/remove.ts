import { rmSync } from "node:fs";
import { LabError, messageOf } from "../errors.ts";
import { printable } from "../units.ts";

/** Removes a file or a folder with all that is in it, if it is there. @throws LabError environment when it cannot be. */
export function removePath(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (cause) {
    throw new LabError("environment", `${printable(path)} could not be removed: ${messageOf(cause)}`, {
      hint: "Remove it as the user whose it is, then try again.",
      cause,
    });
  }
}
