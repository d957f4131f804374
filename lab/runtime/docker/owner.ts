import { statSync } from "node:fs";
import { callerIds } from "./identity.ts";
import { labels } from "./labels.ts";
import type { LabObjects } from "./objects.ts";

/** Labels of an object; engines give `null` for none. */
export type Marks = Readonly<Record<string, string>> | null | undefined;

/** Says on an object whose it is: users may share an engine. Nothing where there are no user ids (Windows). */
export function ownerMarks(): Record<string, string> {
  const caller = callerIds();
  return caller ? { [labels.user]: String(caller.uid) } : {};
}

/**
 * Whether the caller may see and remove an object of a lab. What does not say whose it is, because `compose.yaml`
 * alone made it, is of whoever owns the folder it was started in. Root may all.
 */
export function isOurs(marks: Marks): boolean {
  const uid = callerIds()?.uid ?? 0;
  if (uid === 0) return true;
  const user = marks?.[labels.user];
  return user === undefined ? ownerOf(folderOf(marks)) === uid : user === String(uid);
}

export function ourObjects({ containers, networks, volumes }: LabObjects): LabObjects {
  return {
    containers: containers.filter(({ Labels }) => isOurs(Labels)),
    networks: networks.filter(({ Labels }) => isOurs(Labels)),
    volumes: volumes.filter(({ Labels }) => isOurs(Labels)),
  };
}

/** Whose the lab of these objects is, for people; `undefined` when all of it is the caller's. */
export function othersLab(lab: string, { containers, networks, volumes }: LabObjects): string | undefined {
  const other = [...containers, ...networks, ...volumes].find(({ Labels }) => !isOurs(Labels));
  if (!other) return undefined;
  const user = other.Labels?.[labels.user];
  const dir = folderOf(other.Labels) ?? "an unknown folder";
  if (user !== undefined) return `the lab "${lab}" is another user's (uid ${user}, started in ${dir})`;
  return `the lab "${lab}" does not say whose it is, and ${dir}, where it was started, is no folder of yours`;
}

export function folderOf(marks: Marks): string | undefined {
  return marks?.[labels.dir] ?? marks?.["com.docker.compose.project.working_dir"];
}

function ownerOf(folder: string | undefined): number | undefined {
  try {
    return folder === undefined ? undefined : statSync(folder).uid;
  } catch {
    return undefined;
  }
}
