import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { runtimeKind } from "../api/words.ts";
import { hasCode, LabError, messageOf } from "../errors.ts";
import { printable } from "../units.ts";
import { machine, thisMachine } from "./machine.ts";
import { removePath } from "./remove.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * The labs of this user, a file each in `$XDG_STATE_HOME/torrent-lab`: names are unique a user, and a lab is found again
 * from any folder. It holds no truth that cannot be lost: containers carry labels, processes their environment.
 */

const registeredNode = z.object({
  /** Of its process group's leader. */
  pid: z.number().int().positive(),
  /** Start time of the process as the system tells it: a pid alone may have been given to another. */
  started: z.string(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  role: z.string(),
  wanted: z.enum(["running", "stopped"]),
  /** What starts it again. */
  launch: z.object({ program: z.string(), flags: z.array(z.string()), environment: z.record(z.string(), z.string()) }),
});
export type RegisteredNode = z.infer<typeof registeredNode>;

const registryEntry = z.object({
  lab: z.string(),
  run: z.string(),
  runtime: runtimeKind,
  dir: z.string(),
  /** Where it was started; unknown in an entry that does not say. */
  machine: machine.optional(),
  /** Docker runtime: the address of its engine. */
  engine: z.string().optional(),
  /** Process runtime: its nodes. */
  nodes: z.record(z.string(), registeredNode),
});
export type RegistryEntry = z.infer<typeof registryEntry>;
/** Whoever writes an entry does it on the machine of the lab. */
export type NewEntry = Omit<RegistryEntry, "machine">;

/** What helps where the registry may not be written. */
export const STATE_HINT = "Set XDG_STATE_HOME to a folder that you may write to.";

/** Where the registry lies. */
export function registryFolder(env: Record<string, string | undefined>): string {
  return join(env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state"), "torrent-lab");
}

/** `undefined` for a lab that is not registered; a damaged file counts as none. */
export function readRegistry(folder: string, lab: string): RegistryEntry | undefined {
  try {
    return registryEntry.parse(JSON.parse(readFileSync(fileOf(folder, lab), "utf8")));
  } catch {
    return undefined;
  }
}

export function writeRegistry(folder: string, entry: NewEntry): void {
  const content = JSON.stringify({ ...entry, machine: thisMachine() }, null, 2);
  writeWhole(fileOf(folder, entry.lab), content, { mode: 0o600, folderMode: 0o700, hint: STATE_HINT });
}

/** Whether the lab is on this machine, as far as its entry tells. */
export function isHere({ machine }: RegistryEntry): boolean {
  return machine === undefined || machine.id === thisMachine().id;
}

export function removeRegistry(folder: string, lab: string): void {
  removePath(fileOf(folder, lab));
}

export function listRegistry(folder: string): RegistryEntry[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return files.flatMap((file) => readRegistry(folder, file.slice(0, -".json".length)) ?? []);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    if (!hasCode(error, "EACCES", "EPERM", "ENOTDIR")) throw error;
    throw new LabError("environment", `${printable(folder)} could not be read: ${messageOf(error)}`, {
      hint: STATE_HINT,
      cause: error,
    });
  }
}

/** The file of a lab's entry. */
export function fileOf(folder: string, lab: string): string {
  return join(folder, `${lab}.json`);
}
