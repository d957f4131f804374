import type { Role } from "../api/words.ts";

interface PeerRole {
  readonly role: "seeder" | "leecher";
}

/** Whether a node has a part in swarms, and is not one of the lab's own programs. */
export function isPeer<T extends { readonly role: Role }>(node: T): node is T & PeerRole {
  return node.role === "seeder" || node.role === "leecher";
}
