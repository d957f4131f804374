import { groupsOf, type NamedGroup } from "../profile/groups.ts";
import type { LabPlan, PlanInput, PlanNode } from "./plan.ts";

type Peers = Pick<NamedGroup, "group" | "role">;

/**
 * Where a peer's downloads go. What the profile says, not what there is to share today: torrents that come later must not
 * make a node anew. Memory is a container's: a process writes into a folder, and a restart finds it there.
 */
export function storageOf(
  peers: Peers,
  { profile, runtime }: Pick<PlanInput, "profile" | "runtime">,
): PlanNode["storage"] {
  const wanted = wantedStorage(peers, profile);
  return wanted === "memory" && runtime === "process" ? "volume" : wanted;
}

/** One line where downloads are not kept where the profile says. */
export function storageNote({ input: { profile, runtime } }: Pick<LabPlan, "input">): string[] {
  const isWanted = groupsOf(profile).some((named) => wantedStorage(named, profile) === "memory");
  if (runtime !== "process" || !isWanted) return [];
  return ["note: downloads go to the disk, not to memory as the profile says: only containers keep them there"];
}

function wantedStorage({ group, role }: Peers, profile: PlanInput["profile"]): PlanNode["storage"] {
  if (role === "seeder" && group.fetches === undefined) return "none";
  return group.storage ?? profile.storage;
}
