import type { Group } from "../profile/schema.ts";
import type { LabPlan, PlanInput, PlanNode } from "./plan.ts";

/**
 * Where a peer's downloads go. What the profile says, not what there is to share today: torrents that come later must not
 * make a node anew. Memory is a container's: a process writes into a folder, and a restart finds it there.
 */
export function storageOf(
  group: Group,
  role: "seeder" | "leecher",
  { profile, runtime }: Pick<PlanInput, "profile" | "runtime">,
): PlanNode["storage"] {
  const wanted = wantedStorage(group, role, profile);
  return wanted === "memory" && runtime === "process" ? "volume" : wanted;
}

/** One line where downloads are not kept where the profile says. */
export function storageNote({ input: { profile, runtime } }: Pick<LabPlan, "input">): string[] {
  const isWanted =
    profile.seeders.some((group) => wantedStorage(group, "seeder", profile) === "memory") ||
    profile.leechers.some((group) => wantedStorage(group, "leecher", profile) === "memory");
  if (runtime !== "process" || !isWanted) return [];
  return ["note: downloads go to the disk, not to memory as the profile says: only containers keep them there"];
}

function wantedStorage(group: Group, role: "seeder" | "leecher", profile: PlanInput["profile"]): PlanNode["storage"] {
  if (role === "seeder" && group.fetches === undefined) return "none";
  return group.storage ?? profile.storage;
}
