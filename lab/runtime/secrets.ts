import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newSecret } from "../api/tokens.ts";
import { hasCode } from "../errors.ts";
import { writeError } from "../write-error.ts";

/**
 * Token files of a lab, mode 0600 in a folder of mode 0700: `admin`, `viewer` and a `node-NAME` each. What is
 * there stays.
 * @throws LabError environment when they cannot be written.
 */
export function writeSecrets(folder: string, nodes: readonly string[]): void {
  try {
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o700);
    for (const file of ["admin", "viewer", ...nodes.map(fileOf)]) writeSecret(join(folder, file));
  } catch (error) {
    throw writeError(folder, error);
  }
}

function writeSecret(file: string): void {
  try {
    writeFileSync(file, newSecret(), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (hasCode(error, "EEXIST")) return;
    // On a full disk the file is made and stays empty, and what is there stays for good.
    rmSync(file, { force: true });
    throw error;
  }
}

/** Removes the tokens of all other nodes: of those that left, each would stay for the lab's life, and be looked at. */
export function forgetSecrets(folder: string, nodes: readonly string[]): void {
  const kept = new Set(nodes.map(fileOf));
  for (const file of readdirSync(folder))
    if (file.startsWith(fileOf("")) && !kept.has(file)) rmSync(join(folder, file), { force: true });
}

const fileOf = (node: string) => `node-${node}`;

/** One of them; `undefined` when the lab has none. */
export function readSecret(folder: string, secret: "admin" | "viewer"): string | undefined {
  try {
    return readFileSync(join(folder, secret), "utf8").trim();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
