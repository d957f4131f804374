import { readdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { runtimeKind } from "../api/words.ts";
import { hasCode } from "../errors.ts";
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
  /** Process runtime: its nodes. */
  nodes: z.record(z.string(), registeredNode),
});
export type RegistryEntry = z.infer<typeof registryEntry>;

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

export function writeRegistry(folder: string, entry: RegistryEntry): void {
  const content = JSON.stringify(entry, null, 2);
  writeWhole(fileOf(folder, entry.lab), content, { mode: 0o600, folderMode: 0o700, hint: STATE_HINT });
}

/**
 * Changes one node's record and nothing else of its lab. Whoever has waited for something may hold an old copy: other
 * commands change other nodes meanwhile. Nothing happens where the lab is gone.
 * @param change gets the record as it is now, if there is one, and gives the new one; `undefined` takes it away.
 */
export function changeNode(
  folder: string,
  lab: string,
  name: string,
  change: (node: RegisteredNode | undefined) => RegisteredNode | undefined,
): void {
  const entry = readRegistry(folder, lab);
  if (!entry) return;
  const { [name]: before, ...others } = entry.nodes;
  const after = change(before);
  if (after === before) return;
  writeRegistry(folder, { ...entry, nodes: after ? { ...entry.nodes, [name]: after } : others });
}

export function removeRegistry(folder: string, lab: string): void {
  rmSync(fileOf(folder, lab), { force: true });
}

export function listRegistry(folder: string): RegistryEntry[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return files.flatMap((file) => readRegistry(folder, file.slice(0, -".json".length)) ?? []);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

function fileOf(folder: string, lab: string): string {
  return join(folder, `${lab}.json`);
}
