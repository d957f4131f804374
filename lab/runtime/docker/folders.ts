import { lchown, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { LabPlan } from "../../plan/plan.ts";
import { type LabFolder, labFolder } from "../folder.ts";
import type { Identity } from "./identity.ts";

/** Makes what containers bind, and hands it to the user they run as when that is not the caller. */
export async function prepareFolders(plan: LabPlan, { owner }: Identity): Promise<LabFolder> {
  const folder = labFolder(plan.dir, plan.lab);
  const own = join(folder.runs, plan.run.run);
  await mkdir(own, { recursive: true, mode: 0o700 });
  await mkdir(folder.secrets, { recursive: true, mode: 0o700 });
  if (owner === undefined) return folder;
  await lchown(folder.runs, owner.uid, owner.gid);
  await Promise.all([handOver(own, owner), handOver(folder.secrets, owner)]);
  return folder;
}

/** Links themselves change hands, never what they point to: a container may have made them. */
async function handOver(folder: string, owner: { uid: number; gid: number }): Promise<void> {
  await lchown(folder, owner.uid, owner.gid);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    await (entry.isDirectory() ? handOver(path, owner) : lchown(path, owner.uid, owner.gid));
  }
}
