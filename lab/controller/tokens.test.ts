import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readTokens } from "./tokens.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lab-tokens-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("nodes that say hello at the same moment are all known", async () => {
  const names = ["leecher-1", "leecher-2", "leecher-3", "seeder-1"];
  for (const name of names) writeFileSync(join(folder, `node-${name}`), `secret of ${name}`);
  const tokens = readTokens(folder);
  const grants = await Promise.all(names.map((name) => tokens.grantOf(`secret of ${name}`)));
  expect(grants).toEqual(names.map((node) => ({ kind: "node", node })));
});

test("a token that is written while the folder is being read is found all the same", async () => {
  const tokens = readTokens(folder);
  const first = tokens.grantOf("nobody's");
  writeFileSync(join(folder, "node-late-1"), "late");
  expect(await tokens.grantOf("late")).toEqual({ kind: "node", node: "late-1" });
  expect(await first).toBeUndefined();
});

test("roles have tokens of their own, and an empty file is nobody's", async () => {
  for (const name of ["admin", "viewer", "node", "other"]) writeFileSync(join(folder, name), `${name}\n`);
  writeFileSync(join(folder, "node-empty"), "");
  const tokens = readTokens(folder);
  expect(await tokens.grantOf("admin")).toEqual({ kind: "admin" });
  expect(await tokens.grantOf("viewer")).toEqual({ kind: "viewer" });
  expect(await tokens.grantOf("node")).toEqual({ kind: "node", node: null });
  expect(await tokens.grantOf("other")).toBeUndefined();
  expect(await tokens.grantOf("")).toBeUndefined();
});
