import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../errors.ts";
import type { Bitfield } from "../../swarm/bitfield.ts";
import type { Content } from "./content.ts";

/** What the files look like from outside: sizes in order (`undefined` for none), and a digest that any change changes. */
export interface SourceLook {
  readonly sizes: readonly (number | undefined)[];
  readonly digest: string;
}

export async function lookAtFiles(content: Content, root: string): Promise<SourceLook> {
  const hash = createHash("sha1");
  const sizes: (number | undefined)[] = [];
  for (const { path, pad } of content.files) {
    const stats = pad ? undefined : await stat(join(root, ...path)).catch(unlessMissing);
    sizes.push(stats?.isFile() ? stats.size : undefined);
    hash.update(`${stats?.ino} ${stats?.size} ${stats?.mtimeMs}\n`);
  }
  return { sizes, digest: hash.digest("hex") };
}

function unlessMissing(error: unknown): undefined {
  if (!hasCode(error, "ENOENT", "ENOTDIR", "EACCES", "ELOOP", "EIO", "ESTALE")) throw error;
}

/** Whether every file is there with its size, also the empty ones, which are in no piece. */
export function sizesMatch(content: Content, { sizes }: SourceLook): boolean {
  return content.files.every(({ length, pad }, index) => pad || sizes[index] === length);
}

/** Five seconds, and longer where there are thousands of files to look at. */
const LOOK_MS = { base: 5000, aFile: 5 };

/** Resolves when the files do not look any more as they did. @throws the signal's reason. */
export async function filesChanged(content: Content, root: string, before: SourceLook, signal: AbortSignal) {
  do await delay(LOOK_MS.base + content.files.length * LOOK_MS.aFile, undefined, { signal });
  while ((await lookAtFiles(content, root)).digest === before.digest);
}

/** Says for people how a source differs from its torrent. */
export function describeChange(content: Content, pieces: Bitfield, { sizes }: SourceLook): string {
  const wrong = content.files.filter(({ pad, length }, index) => !pad && sizes[index] !== length);
  const missing = wrong.filter((file) => sizes[content.files.indexOf(file)] === undefined);
  const [first] = missing.length > 0 ? missing : wrong;
  const others = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
  const what = first
    ? `${first.path.join("/")} ${missing.length > 0 ? "is missing" : "has another size"}${others}`
    : `${filesOfMissing(content, pieces)} (${ranges(content, pieces)})`;
  return `source changed since its torrent was made: run lab retorrent: ${what}`.slice(0, 1000);
}

function filesOfMissing(content: Content, pieces: Bitfield): string {
  const touched = content.files.filter(({ offset, length }) => {
    for (let at = Math.floor(offset / content.pieceLength); at * content.pieceLength < offset + length; at += 1)
      if (!pieces.has(at)) return true;
    return false;
  });
  const names = touched.slice(0, 3).map(({ path }) => path.join("/"));
  return touched.length > names.length
    ? `${names.join(", ")} and ${touched.length - names.length} more`
    : names.join(", ");
}

/** `piece 3`, `pieces 0–2, 7`. */
function ranges(content: Content, pieces: Bitfield): string {
  const parts: string[] = [];
  for (let piece = 0; piece < content.pieceCount && parts.length < 10; piece += 1) {
    if (pieces.has(piece)) continue;
    const first = piece;
    while (piece + 1 < content.pieceCount && !pieces.has(piece + 1)) piece += 1;
    parts.push(first === piece ? `${first}` : `${first}–${piece}`);
  }
  const several = content.pieceCount - pieces.count > 1;
  return `${several ? "pieces" : "piece"} ${parts.join(", ")}`;
}
