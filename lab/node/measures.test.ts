import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readPrivateMemory, startMeasures } from "./measures.ts";

test("private memory is the clean and dirty private pages in bytes", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-measures-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "smaps_rollup");
  writeFileSync(
    file,
    "55d0-7ffc ---p 0 00:00 0 [rollup]\nRss: 900 kB\nShared_Clean: 700 kB\nPrivate_Clean:       8 kB\nPrivate_Dirty:     192 kB\nPrivate_Hugetlb: 5 kB\n",
  );
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
