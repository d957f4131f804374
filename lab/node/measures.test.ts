import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readPrivateMemory, startMeasures } from "./measures.ts";

test("private memory is the anonymous pages in bytes", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-measures-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "status");
  writeFileSync(file, "Name:\tnode\nVmRSS:\t  90000 kB\nRssAnon:\t   200 kB\nRssFile:\t 89800 kB\n");
  expect(readPrivateMemory(file)).toBe(200 * 1024);
  expect(readPrivateMemory(join(folder, "none"))).toBeNull();
});

test("load is the busy share since the call before", () => {
  const measure = startMeasures();
  measure();
  const until = performance.now() + 30;
  while (performance.now() < until);
  const { load, memory } = measure();
  expect(load).toBeGreaterThan(0);
  expect(load).toBeLessThanOrEqual(1);
  if (process.platform === "linux") expect(memory).toBeGreaterThan(1 << 20);
});
