import { LabError } from "../errors.ts";

/** A profile file as written. */
export interface ProfileSource {
  /** The name to show: the file's path. */
  readonly file: string;
  readonly value: Record<string, unknown>;
}

/** Keys that describe a file, not the lab. */
const OF_THE_FILE = new Set(["overlay", "description"]);

/** Adds overlays to a base: maps merge, lists append, a scalar that is set twice is a usage error. */
export function mergeProfiles(base: ProfileSource, overlays: readonly ProfileSource[]): Record<string, unknown> {
  const origin = new Map<string, string>();
  let merged = claim(base.value, base.file, "", origin);
  for (const overlay of overlays)
    merged = add(merged, claim(overlay.value, overlay.file, "", new Map()), overlay.file, "", origin);
  return merged;
}

/** A copy without the file's own keys; remembers which file set which scalar. */
function claim(value: Record<string, unknown>, file: string, path: string, origin: Map<string, string>) {
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (path === "" && OF_THE_FILE.has(key)) continue;
    const here = path === "" ? key : `${path}.${key}`;
    origin.set(here, file);
    copy[key] = isMap(item) ? claim(item, file, here, origin) : item;
  }
  return copy;
}

function add(
  into: Record<string, unknown>,
  from: Record<string, unknown>,
  file: string,
  path: string,
  origin: Map<string, string>,
): Record<string, unknown> {
  const result = { ...into };
  for (const [key, item] of Object.entries(from)) {
    const here = path === "" ? key : `${path}.${key}`;
    const present = result[key];
    if (present === undefined) result[key] = item;
    else if (isMap(present) && isMap(item)) result[key] = add(present, item, file, here, origin);
    else if (Array.isArray(present) && Array.isArray(item)) result[key] = [...present, ...item];
    else {
      throw new LabError("usage", `${file}: "${here}" is set already by ${origin.get(here) ?? "another profile"}`, {
        hint: "An overlay only adds: leave the value in one of the two files.",
      });
    }
    if (present === undefined) origin.set(here, file);
  }
  return result;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
