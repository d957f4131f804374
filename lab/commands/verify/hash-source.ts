import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { scanEntry } from "../../torrents/scan.ts";
import type { SourceEntry } from "../../torrents/sources.ts";

/** What an entry of `sources/` holds now. */
export interface HashedSource {
  /** As it was scanned; `undefined` when it is gone or can no longer be shared. */
  readonly entry: SourceEntry | undefined;
  /** SHA-256 by path below `sources/`, names joined with `/`. */
  readonly files: ReadonlyMap<string, string>;
}

export async function hashSource(sources: string, name: string): Promise<HashedSource> {
  const { entry } = await scanEntry(sources, Buffer.from(name));
  const files = new Map<string, string>();
  for (const { path, location } of entry?.files ?? []) files.set(path.join("/"), await sha256(location));
  return { entry, files };
}

async function sha256(file: string): Promise<string> {
  await using handle = await open(file, "r");
  const hash = createHash("sha256");
  for await (const chunk of handle.createReadStream({ highWaterMark: 1 << 20, autoClose: false })) hash.update(chunk);
  return hash.digest("hex");
}
