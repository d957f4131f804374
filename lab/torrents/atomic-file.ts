import { randomUUID } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, LabError, messageOf } from "../errors.ts";
import { printable } from "../units.ts";

/**
 * Writes a file whole or not at all: who reads it meanwhile sees the old one. On failure the old one stays.
 * @throws LabError (environment) when the disk is full or cannot be written.
 */
export async function writeAtomically(path: string, data: Uint8Array | string, mode = 0o644): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, data, { mode, flag: "wx" });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(path, error);
  }
}

/** What a failed write says to the user; other errors as they are. */
export function writeError(path: string, error: unknown): unknown {
  const shown = printable(path);
  if (hasCode(error, "ENOSPC", "EDQUOT"))
    return new LabError("environment", `the disk is full: ${shown} could not be written`, {
      hint: "free some space and try again",
      cause: error,
    });
  if (hasCode(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"))
    return new LabError("environment", `${shown} could not be written: ${messageOf(error)}`, {
      hint: "choose a folder that this user may write to",
      cause: error,
    });
  return error;
}
