import { createCipheriv, createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasCode, LabError } from "../errors.ts";
import { printable } from "../units.ts";
import { writeError } from "../write-error.ts";

export interface SampleOptions {
  /** The same seed gives the same bytes, on every machine. */
  readonly seed?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Fills an empty or missing folder with something to share: one file of 48 MiB, and a folder of small files with a
 * nested folder, an empty file, spaces and accents. All or nothing.
 * @returns the names of the new entries. @throws LabError when the folder holds something or cannot be written.
 */
export async function createSample(folder: string, { seed = 1, signal }: SampleOptions = {}): Promise<string[]> {
  await mkdir(folder, { recursive: true }).catch((error) => Promise.reject(writeError(folder, error)));
  await requireEmpty(folder);
  // A dot entry at the top is ignored, so nobody shares the half-made sample.
  const draft = join(folder, `.sample-${randomUUID()}`);
  const moved: string[] = [];
  try {
    for (const [path, size] of sampleFiles) await writeRandom(join(draft, path), size, `${seed}/${path}`, signal);
    for (const name of (await readdir(draft)).sort()) {
      await rename(join(draft, name), join(folder, name));
      moved.push(name);
    }
    return moved;
  } catch (error) {
    for (const name of moved) await rm(join(folder, name), { recursive: true, force: true });
    throw writeError(folder, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Makes one file of `size` random bytes, and its folder where there is none. Half a file is never seen under its name.
 * @throws LabError when the path is taken, its folder cannot be written, or the disk is full.
 */
export async function sampleFile(path: string, size: number, { seed = 1, signal }: SampleOptions = {}): Promise<void> {
  await makeFolder(dirname(path));
  await requireFree(path);
  const draft = join(dirname(path), `.sample-${randomUUID()}`);
  try {
    await writeRandom(draft, size, `${seed}/${basename(path)}`, signal);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw writeError(path, error);
  }
}

const KIB = 1024;
const sampleFiles: readonly (readonly [path: string, size: number])[] = [
  ["sample.bin", 48 * KIB * KIB],
  ["sample folder/read me first.txt", 1900],
  ["sample folder/one byte", 1],
  ["sample folder/nothing.txt", 0],
  ["sample folder/photo 1.jpg", 310 * KIB],
  ["sample folder/photo 2.jpg", 290 * KIB],
  ["sample folder/café.pdf", 120 * KIB],
  ["sample folder/letters/a.txt", 700],
  ["sample folder/letters/b.txt", 16 * KIB],
  ["sample folder/letters/old/ж.txt", 65 * KIB],
];

/** Bytes of a sample. */
export const SAMPLE_BYTES = sampleFiles.reduce((sum, [, size]) => sum + size, 0);
const CHUNK = 4 * KIB * KIB;

/**
 * The random bytes of `label`: the AES-128-CTR key stream of the first 16 bytes of SHA-256(label), counter from zero.
 * They do not compress, and come at more than 1 GB/s; `openssl enc -aes-128-ctr` makes the same.
 */
async function writeRandom(path: string, size: number, label: string, signal: AbortSignal | undefined): Promise<void> {
  const key = createHash("sha256").update(label).digest().subarray(0, 16);
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  const zeros = Buffer.alloc(Math.min(CHUNK, size));
  await mkdir(dirname(path), { recursive: true });
  await using handle = await open(path, "wx");
  for (let left = size; left > 0; left -= CHUNK) {
    signal?.throwIfAborted();
    await handle.writeFile(cipher.update(zeros.subarray(0, Math.min(CHUNK, left))));
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw writeError(folder, error);
    throw new LabError("usage", `${printable(folder)} is no folder`, {
      hint: "a sample goes into a folder: move away what is in its place",
      cause: error,
    });
  }
}

async function requireEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error) => Promise.reject(writeError(folder, error)));
  const taken = names.find((name) => !name.startsWith("."));
  if (taken === undefined) return;
  throw new LabError("usage", `${printable(folder)} is not empty: ${printable(taken)} is there`, {
    hint: "a sample goes into an empty folder only",
  });
}

async function requireFree(path: string): Promise<void> {
  const stats = await lstat(path).catch((error) => {
    if (!hasCode(error, "ENOENT")) throw writeError(path, error);
  });
  if (stats) throw new LabError("usage", `${printable(path)} is there already`, { hint: "choose another name" });
}
