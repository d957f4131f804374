import { labFolder } from "../../runtime/folder.ts";
import { print, shortPath, type World } from "../world.ts";
import type { RemovedLab } from "./down.ts";

/** Says of each lab what was removed of it. @param volumes whether its torrents and runs went too. */
export function reportRemoved(world: World, results: readonly RemovedLab[], volumes: boolean): void {
  for (const result of results) {
    const kept = result.dirs.map((dir) => shortPath(world, labFolder(dir, result.lab).root)).join(", ");
    const rest = volumes ? "" : ` (torrents and runs stay in ${kept})`;
    print(world, `removed ${result.lab}: ${partsOf(world, result, volumes).join(", ") || "nothing"}${rest}`);
  }
}

/** Whether there was nothing of the lab, not even a file. */
export const isNothing = ({ nodes, networks, volumes, files, left }: RemovedLab): boolean =>
  nodes + networks + volumes + files.length + left.length === 0;

function partsOf(world: World, { nodes, networks, volumes, files }: RemovedLab, wasAll: boolean): string[] {
  const objects = [count(nodes, "node"), count(networks, "network"), count(volumes, "volume")].filter(Boolean);
  if (wasAll) return [...objects, ...files.map((path) => `all of ${shortPath(world, path)}`)];
  return objects.length === 0 && files.length > 0 ? ["what its last run left"] : objects;
}

function count(number: number, what: string): string {
  if (number === 0) return "";
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
