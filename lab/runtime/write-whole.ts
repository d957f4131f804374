import { randomUUID } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeError } from "../write-error.ts";

export interface WriteOptions {
  /** Permissions of the file, and of its folder where that has to be made. */
  readonly mode?: number;
  readonly folderMode?: number;
  /** What helps where the folder may not be written. */
  readonly hint?: string;
}

/**
 * Writes a file whole or not at all: who reads it meanwhile sees the old one. Its folder is made.
 * @throws LabError environment when it cannot be written.
 */
export function writeWhole(file: string, content: string | Uint8Array, options: WriteOptions = {}): void {
  const { mode, folderMode, hint } = options;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: folderMode });
    replace(file, content, mode);
  } catch (error) {
    throw writeError(file, error, hint);
  }
}

function replace(file: string, content: string | Uint8Array, mode: number | undefined): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, content, { mode });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
