import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { messageOf } from "../errors.ts";
import { type MetainfoResult, parseMetainfo } from "../swarm/metainfo.ts";
import { metainfoLimits } from "../swarm/metainfo-limits.ts";
import { formatBytes } from "../units.ts";

export type TorrentCheck = MetainfoResult;

/**
 * Judges any path as a .torrent file. Never throws and never hangs: only regular files are read, at most one byte more
 * than a torrent may have.
 */
export async function checkTorrentFile(path: string): Promise<TorrentCheck> {
  const read = await readTorrentFile(path);
  return read.ok
    ? parseMetainfo(read.bytes)
    : { ok: false, reason: read.reason, field: undefined, infoHash: undefined };
}

/** The bytes of a file that is small enough to be a torrent. */
export async function readTorrentFile(
  path: string,
): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string }> {
  try {
    // Not blocking, since opening a named pipe would wait for its writer.
    await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return await readBounded(handle);
  } catch (error) {
    return { ok: false, reason: `cannot be read: ${messageOf(error)}` };
  }
}

async function readBounded(handle: FileHandle): ReturnType<typeof readTorrentFile> {
  const stats = await handle.stat();
  if (stats.isDirectory()) return { ok: false, reason: "a folder, not a file" };
  if (!stats.isFile()) return { ok: false, reason: "not a regular file" };
  const limit = metainfoLimits.fileSize;
  if (stats.size > limit) return { ok: false, reason: `${formatBytes(stats.size)} is too large for a torrent file` };
  const buffer = new Uint8Array(Math.min(stats.size, limit) + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length === buffer.length) return { ok: false, reason: "it grew while it was read" };
  return { ok: true, bytes: buffer.subarray(0, length) };
}
