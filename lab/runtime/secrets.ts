import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newSecret, nodeToken } from "../api/tokens.ts";
import { hasCode } from "../errors.ts";

/** Token files of a lab, mode 0600 in a folder of mode 0700: `admin`, `viewer`, `node-key` and a `node-NAME` each. */
export function writeSecrets(folder: string, nodes: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  const key = keep(join(folder, "node-key"), newSecret);
  keep(join(folder, "admin"), newSecret);
  keep(join(folder, "viewer"), newSecret);
  for (const node of nodes) keep(join(folder, `node-${node}`), () => nodeToken(key, node));
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

/** What is in the file, or fresh content for a new one. */
function keep(file: string, make: () => string): string {
  try {
    writeFileSync(file, make(), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8").trim();
}
