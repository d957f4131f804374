import { hasCode, LabError, messageOf } from "./errors.ts";
import { printable } from "./units.ts";

/**
 * What a failed write says to the user; other errors as they are.
 * @param hint what helps where the path may not be written.
 */
export function writeError(
  path: string,
  error: unknown,
  hint = "choose a folder that this user may write to",
): unknown {
  const shown = printable(path);
  if (hasCode(error, "ENOSPC", "EDQUOT"))
    return new LabError("environment", `the disk is full: ${shown} could not be written`, {
      hint: "free some space and try again",
      cause: error,
    });
  if (hasCode(error, "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "ENOENT"))
    return new LabError("environment", `${shown} could not be written: ${messageOf(error)}`, { hint, cause: error });
  return error;
}
