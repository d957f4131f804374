import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { getEventListeners } from "node:events";
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PATIENCE } from "../eventually.fixture.ts";
import { hashFiles } from "./hash.ts";
import { byBytes, scanSources } from "./scan.ts";
import { sourcesOf } from "./test-folder.ts";

const KIB = 1024;
const threads = [0, 2];

async function filesIn(folder: string) {
  const { entries } = await scanSources(folder);
  return entries.flatMap((entry) => entry.files);
}

function expectedPieces(locations: readonly string[], pieceLength: number): Buffer {
  const all = Buffer.concat(locations.map((location) => readFileSync(location)));
  const count = Math.ceil(all.length / pieceLength);
  const piece = (i: number) => all.subarray(i * pieceLength, (i + 1) * pieceLength);
  return Buffer.concat(Array.from({ length: count }, (_, i) => createHash("sha1").update(piece(i)).digest()));
}

describe.each(threads)("with %i threads", (threads) => {
  test("hashes what a plain reading of all files gives, whatever their sizes and the piece length", async () => {
    const sizes = fc.array(fc.oneof(fc.constant(0), fc.nat(50), fc.nat(300 * KIB)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.constantFrom(1000, 16 * KIB, 64 * KIB, 2048 * KIB), async (sizes, pieceLength) => {
        const folder = sourcesOf({ ...Object.fromEntries(sizes.map((size, i) => [`d/${i}`, size])), "d/z": 1 });
        const files = await filesIn(folder);
        const result = await hashFiles({ files, pieceLength, threads });
        expect(result.ok && Buffer.from(result.pieces)).toEqual(
          expectedPieces(
            files.map((f) => f.location),
            pieceLength,
          ),
        );
        rmSync(folder, { recursive: true });
      }),
      { numRuns: threads === 0 ? 40 : 8 },
    );
  });

  test("reports bytes that grow to the length", async () => {
    const files = await filesIn(sourcesOf({ a: 900 * KIB }));
    const seen: number[] = [];
    await hashFiles({ files, pieceLength: 16 * KIB, threads, progress: (done) => seen.push(done) });
    expect(seen.at(-1)).toBe(900 * KIB);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test.each<[string, (location: string) => void]>([
    ["grew", (location) => appendFileSync(location, "x")],
    ["shrank", (location) => truncateSync(location, 5)],
    ["went away", (location) => rmSync(location)],
    ["was written in place, with its old time put back", rewriteInPlace],
    ["was replaced", (location) => replace(location, () => writeFileSync(location, Buffer.alloc(90 * KIB)))],
    ["became a link to itself elsewhere", (location) => replace(location, (old) => symlinkSync(old, location))],
    ["became a named pipe", (location) => replace(location, () => execFileSync("mkfifo", [location]))],
    ["became a folder", (location) => replace(location, () => execFileSync("mkdir", [location]))],
  ])("says which file %s", { timeout: 10_000 }, async (_name, change) => {
    const files = await filesIn(sourcesOf({ "d/a": 90 * KIB, "d/b": 90 * KIB }));
    const location = files[1]?.location as string;
    change(location);
    expect(await hashFiles({ files, pieceLength: 16 * KIB, threads })).toMatchObject({ ok: false, location });
  });

  test("T09: an abort ends it with the signal's reason within two seconds", { timeout: PATIENCE }, async () => {
    const folder = sourcesOf({ big: 0 });
    truncateSync(join(folder, "big"), 64 * KIB ** 3);
    const controller = new AbortController();
    const hashing = hashFiles({
      files: await filesIn(folder),
      pieceLength: 16 * KIB ** 2,
      threads,
      signal: controller.signal,
      progress: () => controller.abort(new Error("enough")),
    });
    await expect(hashing).rejects.toThrowError("enough");
    expect(openBelow(folder)).toBe(0);
  });

  test("listens to the signal no longer than it works", async () => {
    const { signal } = new AbortController();
    const files = await filesIn(sourcesOf({ a: 100 * KIB }));
    expect((await hashFiles({ files, pieceLength: 16 * KIB, threads, signal })).ok).toBe(true);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("keeps few files open, and none afterwards", async () => {
    const names = Array.from({ length: 600 }, (_, i) => [`d/${i}`, 100] as const);
    const folder = sourcesOf(Object.fromEntries(names));
    const files = await filesIn(folder);
    expect((await hashFiles({ files, pieceLength: 16 * KIB, threads })).ok).toBe(true);
    expect(openBelow(folder)).toBe(0);
  });
});

test("notices a file that grows after its last byte was hashed", async () => {
  const files = await filesIn(sourcesOf({ a: 2048 * KIB }));
  const location = files[0]?.location as string;
  const result = await hashFiles({
    files,
    pieceLength: 16 * KIB,
    threads: 0,
    progress: (done) => done === 2048 * KIB && appendFileSync(location, "x"),
  });
  expect(result).toMatchObject({ ok: false, location, problem: "changed while it was hashed" });
});

test("a signal that was aborted before starts nothing", async () => {
  const files = await filesIn(sourcesOf({ a: 1 }));
  await expect(hashFiles({ files, pieceLength: 16 * KIB, signal: AbortSignal.abort("no") })).rejects.toBe("no");
});

test("byBytes sorts as the bytes of UTF-8 do", () => {
  const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (texts) => {
      expect(byBytes(texts, (text) => text)).toEqual([...texts].sort(bytes));
    }),
  );
});

function rewriteInPlace(location: string): void {
  const content = readFileSync(location);
  content[0] = (content[0] as number) ^ 1;
  execFileSync("touch", ["-r", location, `${location}.time`]);
  writeFileSync(location, content);
  execFileSync("touch", ["-r", `${location}.time`, location]);
}

function replace(location: string, make: (old: string) => void): void {
  const old = `${location}.old`;
  renameSync(location, old);
  make(old);
}

function openBelow(folder: string): number {
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith(folder)).length;
}
