import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { torrentInfo } from "../api/words.ts";
import { writeAtomically } from "./atomic-file.ts";
import type { SourceEntry } from "./sources.ts";

/** What is known of the torrents in a folder, so that unchanged sources are not hashed again. A cache: safe to delete. */
export type TorrentIndex = Map<string, IndexEntry>;

const indexEntry = torrentInfo.extend({
  /** Digest of all that the torrent was made of. */
  key: z.string(),
  /** Name of the torrent file in the folder. */
  file: z.string().regex(/^[^/\0]+$/),
});
export type IndexEntry = z.infer<typeof indexEntry>;

const indexFile = z.object({ version: z.literal(1), torrents: z.array(indexEntry) });

/** The index of a folder; empty where there is none, or none that makes sense. */
export async function readIndex(folder: string): Promise<TorrentIndex> {
  try {
    const { torrents } = indexFile.parse(JSON.parse(await readFile(join(folder, NAME), "utf8")));
    return new Map(torrents.map((torrent) => [torrent.source, torrent]));
  } catch {
    return new Map();
  }
}

export async function writeIndex(folder: string, index: TorrentIndex): Promise<void> {
  const content = { version: 1, torrents: [...index.values()] } satisfies z.infer<typeof indexFile>;
  await writeAtomically(join(folder, NAME), `${JSON.stringify(content, undefined, 1)}\n`);
}

/** Differs whenever the torrent may: by any file's path or version, the piece length, or being private. */
export function indexKey(entry: SourceEntry, pieceLength: number, isPrivate: boolean): string {
  const files = entry.files.map(({ path, version }) => [
    path,
    version.size,
    version.modified,
    version.changed,
    version.inode,
  ]);
  return createHash("sha256")
    .update(JSON.stringify([entry.shape, pieceLength, isPrivate, files]))
    .digest("hex");
}

const NAME = "index.json";
