import { stringify } from "yaml";
import type { Profile } from "./schema.ts";

/** A profile as a file from which the same lab comes: a file has no name of its own, and no limit is `unlimited`. */
export function profileText({ name: _, ...profile }: Profile): string {
  return stringify(profile, (_key, value: unknown) => (value === null ? "unlimited" : value), {
    aliasDuplicateObjects: false,
  });
}
