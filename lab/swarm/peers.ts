import type { Role } from "../api/words.ts";

/** Whether a node has a part in swarms, and is not one of the lab's own programs. */
export function isPeer({ role }: { readonly role: Role }): boolean {
  return role === "seeder" || role === "leecher";
}
