import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newSecret } from "../api/tokens.ts";
import { hasCode } from "../errors.ts";

/**
 * Token files of a lab, mode 0600 in a folder of mode 0700: `admin`, `viewer` and a `node-NAME` each. What is
 * there stays.
 */
export function writeSecrets(folder: string, nodes: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  for (const file of ["admin", "viewer", ...nodes.map((node) => `node-${node}`)]) {
    try {
      writeFileSync(join(folder, file), newSecret(), { mode: 0o600, flag: "wx" });
    } catch (error) {
      if (!hasCode(error, "EEXIST")) throw error;
    }
  }
}

/** One of them; `undefined` when the lab has none. */
export function readSecret(folder: string, secret: "admin" | "viewer"): string | undefined {
  try {
    return readFileSync(join(folder, secret), "utf8").trim();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
