import { constants } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { hasCode, LabError } from "../errors.ts";
import { byteLength, maxPathBytes, nameProblem, textOf } from "../swarm/file-name.ts";
import { printable } from "../units.ts";
import { clashes, unportable } from "./portability.ts";
import {
  type FileVersion,
  type LinkTarget,
  type SourceEntry,
  type SourceFile,
  type Sources,
  type SourceWarning,
  versionOf,
  warningText,
} from "./sources.ts";

/**
 * Looks through a folder of sources. Links are never followed: a link out of the folder would share what nobody put
 * there, and one inside would break where the folder is mounted elsewhere. An entry with an unreadable part is left out
 * whole, so that no torrent is silently less than its folder.
 * @throws LabError when the folder is a file or unreadable.
 */
export async function scanSources(folder: string): Promise<Sources> {
  const names = await topNames(folder);
  if (!names) return { state: "missing", entries: [], warnings: [], ignored: 0 };
  const shown = names.filter((name) => name[0] !== DOT);
  const ignored = names.length - shown.length;
  if (shown.length === 0) return { state: "empty", entries: [], warnings: [], ignored };
  const warnings: SourceWarning[] = [];
  const entries: SourceEntry[] = [];
  for (const name of shown.sort(Buffer.compare)) {
    const found = await scanEntry(folder, name);
    warnings.push(...found.warnings);
    if (found.entry) entries.push(found.entry);
  }
  warnings.push(...clashes(entries), ...unportable(entries));
  return { state: "filled", entries, warnings, ignored };
}

/** Looks at one entry (again); `entry` is absent when it cannot be shared. */
export async function scanEntry(
  folder: string,
  name: Buffer,
): Promise<{ readonly entry: SourceEntry | undefined; readonly warnings: readonly SourceWarning[] }> {
  const walk: Walk = { root: folder, files: [], warnings: [], unreadable: false };
  await visit(walk, [], [name]);
  const entry = toEntry(walk);
  // Files are looked at side by side: what is found first is chance.
  return { entry, warnings: byBytes(walk.warnings, ({ path }) => path) };
}

/** @throws LabError when there is something in the sources, but nothing that can be shared. */
export function requireShareable(sources: Sources, folder: string): void {
  if (sources.state !== "filled" || sources.entries.length > 0) return;
  const [first, ...more] = sources.warnings.map(warningText);
  const why = `${first ?? "it is empty"}${more.length > 0 ? ` (and ${more.length} more)` : ""}`;
  throw new LabError("usage", `nothing in ${printable(folder)} can be shared: ${why}`, {
    hint: "put a file with something in it there, or empty the folder to get a sample",
  });
}

/** A comparison of texts by their UTF-8 bytes, whatever the locale. */
export function byBytes<T>(items: readonly T[], text: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: Buffer.from(text(item)) }));
  return keyed.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ item }) => item);
}

const DOT = ".".charCodeAt(0);
/** Files that are open at the same time: few enough for `ulimit -n 256`. */
const AT_ONCE = 32;

interface Walk {
  readonly root: string;
  readonly files: SourceFile[];
  readonly warnings: SourceWarning[];
  unreadable: boolean;
}

async function topNames(folder: string): Promise<Buffer[] | undefined> {
  try {
    return await readdir(folder, { encoding: "buffer" });
  } catch (error) {
    const hint = "name a folder with the files to share";
    if (hasCode(error, "ENOENT", "ELOOP")) {
      if (!(await isThere(folder))) return undefined;
      throw new LabError("usage", `${printable(folder)} is a link that leads nowhere`, { hint, cause: error });
    }
    if (hasCode(error, "ENOTDIR"))
      throw new LabError("usage", `${printable(folder)} is a file, not a folder`, { hint, cause: error });
    if (hasCode(error, "EACCES", "EPERM"))
      throw new LabError("usage", `${printable(folder)} cannot be read by this user`, { hint, cause: error });
    throw error;
  }
}

/** Whether there is anything of that name, be it a link to nothing. */
async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Takes note of the names in one folder; `parents` are the names above them. */
async function visit(walk: Walk, parents: readonly string[], names: readonly Buffer[]): Promise<void> {
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const found = await Promise.all(names.slice(i, i + AT_ONCE).map((name) => look(walk, parents, name)));
    for (const folder of found.filter((path) => path !== undefined)) await visitFolder(walk, folder);
  }
}

async function visitFolder(walk: Walk, path: readonly string[]): Promise<void> {
  try {
    const names = await readdir(join(walk.root, ...path), { encoding: "buffer" });
    if (names.length === 0) walk.warnings.push({ kind: "empty-folder", path: path.join("/") });
    await visit(walk, path, names);
  } catch (error) {
    noteFailure(walk, path, error);
  }
}

/** Notes one name; the path when it is a folder to go into. */
async function look(walk: Walk, parents: readonly string[], bytes: Buffer): Promise<readonly string[] | undefined> {
  const name = textOf(bytes);
  const path = [...parents, name ?? escapeBytes(bytes)];
  const text = path.join("/");
  const problem = name === undefined ? "is not valid UTF-8" : (nameProblem(name) ?? pathProblem(text));
  if (problem) return void walk.warnings.push({ kind: "name", path: text, problem });
  const location = join(walk.root, ...path);
  try {
    const stats = await lstat(location);
    if (stats.isDirectory()) return path;
    if (stats.isFile()) walk.files.push({ path, location, version: await readVersion(location) });
    else if (stats.isSymbolicLink())
      walk.warnings.push({ kind: "link", path: text, leads: await linkTarget(walk, location) });
    else walk.warnings.push({ kind: "special", path: text, what: specialName(stats) });
  } catch (error) {
    noteFailure(walk, path, error);
  }
  return undefined;
}

function pathProblem(path: string): string | undefined {
  return byteLength(path) > maxPathBytes ? `makes a path longer than ${maxPathBytes} bytes` : undefined;
}

function escapeBytes(bytes: Buffer): string {
  return bytes.toString("latin1").replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** Opens the file, since only that tells whether it can be read. */
async function readVersion(location: string): Promise<FileVersion> {
  const handle = await open(location, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return versionOf(await handle.stat({ bigint: true }));
  } finally {
    await handle.close();
  }
}

function noteFailure(walk: Walk, path: readonly string[], error: unknown): void {
  // Gone since the folder was listed: as if it had never been there.
  if (hasCode(error, "ENOENT", "ENOTDIR")) return;
  if (!hasCode(error, "EACCES", "EPERM", "EIO", "ELOOP")) throw error;
  walk.unreadable = true;
  walk.warnings.push({ kind: "unreadable", path: path.join("/"), entry: path[0] ?? "" });
}

async function linkTarget(walk: Walk, location: string): Promise<LinkTarget> {
  try {
    const [root, target] = await Promise.all([realpath(walk.root), realpath(location)]);
    return target === root || target.startsWith(root + sep) ? "inside" : "outside";
  } catch (error) {
    if (hasCode(error, "ELOOP")) return "in circles";
    return hasCode(error, "ENOENT", "ENOTDIR") ? "nowhere" : "outside";
  }
}

function specialName(stats: { isFIFO(): boolean; isSocket(): boolean }): string {
  if (stats.isFIFO()) return "named pipe";
  return stats.isSocket() ? "socket" : "device";
}

function toEntry(walk: Walk): SourceEntry | undefined {
  const [first] = walk.files;
  const name = first?.path[0];
  if (walk.unreadable || !first || name === undefined) return undefined;
  const length = walk.files.reduce((sum, file) => sum + file.version.size, 0);
  if (length === 0) return void walk.warnings.push({ kind: "empty-file", path: name });
  const shape = first.path.length === 1 ? "file" : "folder";
  return { name, shape, length, files: byBytes(walk.files, (file) => file.path.join("/")) };
}
