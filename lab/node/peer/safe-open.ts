import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, mkdir, open, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { hasCode, LabError } from "../../errors.ts";

// O_NONBLOCK: opening a FIFO that someone put there would otherwise wait for its other end for ever.
const READ = constants.O_RDONLY | constants.O_NONBLOCK;
const WRITE = constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Opens a shared file to read. Links are followed as long as they stay inside `root`; anything but a regular file is
 * refused. Works on a read-only mount.
 * @throws LabError, or the system's error (`ENOENT`).
 */
export async function openSource(root: string, path: readonly string[]): Promise<FileHandle> {
  const full = await realpath(join(root, ...path));
  const inside = await realpath(root);
  if (!full.startsWith(inside === sep ? sep : inside + sep))
    throw new LabError("usage", `${path.join("/")} is a link that leaves its folder`);
  return openRegular(full, READ | constants.O_NOFOLLOW, path);
}

/** Opens a downloaded file to read; a link anywhere below `root` is refused. */
export async function openDownload(root: string, path: readonly string[]): Promise<FileHandle> {
  await checkFolders(root, path, false);
  return openRegular(join(root, ...path), READ | constants.O_NOFOLLOW, path);
}

/**
 * Opens a file to write, with its folders, creating what is missing. Never follows a link below `root` and never writes
 * to a file that has a second name, so that nothing outside `root` changes whatever was put there before.
 */
export async function openToWrite(root: string, path: readonly string[]): Promise<FileHandle> {
  await mkdir(root, { recursive: true });
  await checkFolders(root, path, true);
  const full = join(root, ...path);
  const handle = await openRegular(full, WRITE, path);
  try {
    await expectOnlyName(handle, full, await realpath(root), path);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}

/** Every folder between `root` and the file is a real folder; made one at a time when `create` is set. */
async function checkFolders(root: string, path: readonly string[], create: boolean): Promise<void> {
  let folder = root;
  for (const name of path.slice(0, -1)) {
    folder = join(folder, name);
    if (create) await mkdir(folder).catch(unlessThere);
    if (!(await lstat(folder)).isDirectory()) throw foreign(path, `${folder} is not a folder`);
  }
}

function unlessThere(error: unknown): void {
  if (!hasCode(error, "EEXIST")) throw error;
}

async function openRegular(full: string, flags: number, path: readonly string[]): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(full, flags, 0o644);
  } catch (error) {
    if (hasCode(error, "ELOOP")) throw foreign(path, "a link is there");
    if (hasCode(error, "EISDIR", "ENXIO")) throw foreign(path, "something else is there");
    throw error;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw foreign(path, "something else is there");
}

/** The folders were looked at before the file was opened: look again at where it really is. */
async function expectOnlyName(handle: FileHandle, full: string, root: string, path: readonly string[]): Promise<void> {
  const [opened, named, folder] = await Promise.all([handle.stat(), lstat(full), realpath(dirname(full))]);
  if (!sameFile(opened, named) || folder !== join(root, ...path.slice(0, -1))) throw foreign(path, "a link is there");
  if (opened.nlink !== 1) throw foreign(path, "a file with a second name is there");
}

function sameFile(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev;
}

function foreign(path: readonly string[], why: string): LabError {
  return new LabError("node", `${path.join("/")} cannot be written or read: ${why}`);
}
