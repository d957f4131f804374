import type { Group } from "./schema.ts";

/** A group of a profile with its name: its own, or its role's. Nodes are NAME-1, NAME-2, … */
export interface NamedGroup {
  readonly name: string;
  readonly role: "seeder" | "leecher";
  readonly group: Group;
}

/** All groups of a profile, seeders first. */
export function groupsOf(profile: {
  readonly seeders: readonly Group[];
  readonly leechers: readonly Group[];
}): NamedGroup[] {
  const named = (role: NamedGroup["role"]) => (group: Group) => ({ name: group.name ?? role, role, group });
  return [...profile.seeders.map(named("seeder")), ...profile.leechers.map(named("leecher"))];
}
