import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { readSecret, writeSecrets } from "./secrets.ts";

test("a token that could not be written leaves no empty file, which would stay for good", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const secrets = fileURLToPath(new URL("./secrets.ts", import.meta.url));
  const program = `const { writeSecrets } = await import(${JSON.stringify(secrets)}); writeSecrets(${JSON.stringify(folder)}, ["tracker"]);`;
  // As on a full disk, files can be made and not be filled.
  const { status, stderr } = spawnSync(
    "/bin/sh",
    ["-c", 'ulimit -f 0; exec "$0" --input-type=module -e "$1"', process.execPath, program],
    {
      encoding: "utf8",
    },
  );
  expect(status, stderr).toBe(1);
  expect(stderr).toContain("EFBIG");
  expect(readdirSync(folder)).toEqual([]);
  writeSecrets(folder, ["tracker"]);
  expect(readSecret(folder, "admin")).toMatch(/^[\w-]{43}$/);
});
