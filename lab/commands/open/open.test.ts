import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startBrowser } from "./open.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "lab-open-"));
  vi.stubEnv("PATH", `${dir}:${process.env.PATH}`);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** What the system opens links with. */
function opener(script: string): void {
  for (const name of ["xdg-open", "open"]) {
    writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(dir, name), 0o755);
  }
}

test("an opener that ends says by its code whether it took the link", async () => {
  opener("exit 0");
  expect(await startBrowser("http://127.0.0.1:1")).toBe(true);
  opener("exit 3");
  expect(await startBrowser("http://127.0.0.1:1")).toBe(false);
});

test("an opener that is the browser itself, and stays, is not waited for", async () => {
  const pid = join(dir, "pid");
  opener(`echo $$ > ${pid}; exec sleep 60`);
  expect(await startBrowser("http://127.0.0.1:1")).toBe(true);
  process.kill(Number(readFileSync(pid, "utf8")));
});
