import { statSync } from "node:fs";
import { sep } from "node:path";
import { findByEnvironment, processGroup } from "../system.ts";

/**
 * Process groups of this user's lab whose members carry its name in their environment, whether or not the registry knows
 * them; with the folder the lab was started in, read from the path of their downloads. Root sees everybody's: names of labs
 * are unique a user.
 */
export function strays(lab: string): { group: number; dir: string | undefined }[] {
  const own = processGroup(process.pid);
  return findByEnvironment(["LAB_NAME", "LAB_RUN", "LAB_ROLE"])
    .filter(({ pid, env }) => env.LAB_NAME === lab && ownerOf(pid) === process.getuid?.())
    .map(({ pid, env }) => ({ group: processGroup(pid), dir: folderOf(env.LAB_DATA ?? "", lab) }))
    .filter(({ group }) => group > 1 && group !== own);
}

function ownerOf(pid: number): number | undefined {
  return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid;
}

function folderOf(data: string, lab: string): string | undefined {
  const inside = [".lab", lab, "data"].join(sep);
  const at = data.lastIndexOf(`${sep}${inside}${sep}`);
  return at > 0 ? data.slice(0, at) : undefined;
}
