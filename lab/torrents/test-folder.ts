import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Removing 10,000 files takes its time on a busy disk. */
const CLEAN_UP_MS = 60_000;

/** A folder in the system's temporary one that is gone after the test. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lab-torrents-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }), CLEAN_UP_MS);
  return folder;
}

/** A fresh folder with these files; a number is that many bytes of a pattern. */
export function sourcesOf(files: Record<string, string | number>): string {
  const folder = testFolder();
  for (const [path, content] of Object.entries(files)) put(folder, path, content);
  return folder;
}

export function put(folder: string, path: string, content: string | number): void {
  const location = join(folder, path);
  mkdirSync(dirname(location), { recursive: true });
  writeFileSync(location, typeof content === "string" ? content : pattern(content, path.length));
}

/** Bytes that differ from piece to piece, so that a mixed-up order shows. */
function pattern(size: number, seed: number): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i += 1) words[i] = Math.imul(i + seed, 2654435761);
  return Buffer.from(words.buffer, 0, size);
}
