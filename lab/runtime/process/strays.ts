import { sep } from "node:path";
import { findByEnvironment } from "../system.ts";

/**
 * Processes of a lab that carry its name in their environment, whether or not the registry knows them; with the folder
 * the lab was started in, read from the path of their downloads.
 */
export function strays(lab: string): { pid: number; dir: string | undefined }[] {
  return findByEnvironment(["LAB_NAME", "LAB_RUN", "LAB_ROLE", "LAB_DATA"])
    .filter(({ pid, env }) => env.LAB_NAME === lab && pid !== process.pid)
    .map(({ pid, env }) => ({ pid, dir: folderOf(env.LAB_DATA ?? "", lab) }));
}

function folderOf(data: string, lab: string): string | undefined {
  const inside = [".lab", lab, "data"].join(sep);
  const at = data.lastIndexOf(`${sep}${inside}${sep}`);
  return at > 0 ? data.slice(0, at) : undefined;
}
