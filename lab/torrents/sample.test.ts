import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { atHand } from "../at-hand.fixture.ts";
import { createSample, sampleFile } from "./sample.ts";
import { scanSources } from "./scan.ts";
import { put, sourcesOf, testFolder } from "./test-folder.ts";

const MIB = 1024 * 1024;

test("fills a missing folder with a large file and a folder of small ones", async () => {
  const folder = join(testFolder(), "new/sources");
  expect(await createSample(folder)).toEqual(["sample folder", "sample.bin"]);
  const { entries, warnings } = await scanSources(folder);
  expect(warnings).toEqual([]);
  expect(entries.map(({ name, shape }) => [name, shape])).toEqual([
    ["sample folder", "folder"],
    ["sample.bin", "file"],
  ]);
  expect(entries[1]?.length).toBe(48 * MIB);
  const small = entries[0]?.files ?? [];
  expect(small.some(({ version }) => version.size === 0)).toBe(true);
  expect(small.some(({ path }) => path.length > 2)).toBe(true);
  expect(readdirSync(folder)).toHaveLength(2);
});

test("keeps dot entries of an empty folder", async () => {
  const folder = sourcesOf({ ".gitignore": "*" });
  await createSample(folder);
  expect(readdirSync(folder).sort()).toEqual([".gitignore", "sample folder", "sample.bin"]);
});

test("a folder with something in it stays as it is", async () => {
  const folder = sourcesOf({ mine: 1 });
  await expect(createSample(folder)).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining("mine is there"),
  });
  expect(readdirSync(folder)).toEqual(["mine"]);
});

test("a folder that cannot be made is the environment's fault", async () => {
  await expect(createSample(join(sourcesOf({ file: 1 }), "file/sources"))).rejects.toMatchObject({
    kind: "environment",
  });
});

test("a file comes with its folder; where that cannot be, it is said what is in its place", async () => {
  const folder = sourcesOf({ file: 1 });
  await sampleFile(join(folder, "new/x"), 5);
  expect(statSync(join(folder, "new/x")).size).toBe(5);
  await expect(sampleFile(join(folder, "file/x"), 5)).rejects.toMatchObject({
    kind: "usage",
    message: `${join(folder, "file")} is no folder`,
  });
  await expect(sampleFile(join(folder, "file/deep/x"), 5)).rejects.toMatchObject({ kind: "environment" });
});

test("an abort leaves nothing behind", async () => {
  const folder = testFolder();
  await expect(createSample(folder, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrowError("enough");
  expect(readdirSync(folder)).toEqual([]);
  await expect(
    sampleFile(join(folder, "x"), 5, { signal: AbortSignal.abort(new Error("enough")) }),
  ).rejects.toThrowError();
  expect(readdirSync(folder)).toEqual([]);
});

test("the same seed and name give the same bytes, another seed others", async () => {
  const folder = testFolder();
  const make = async (directory: string, seed: number, size = 9 * MIB + 5) => {
    put(folder, `${directory}/.keep`, 0);
    const path = join(folder, directory, "s.bin");
    await sampleFile(path, size, { seed });
    return readFileSync(path);
  };
  const [first, again, other, longer] = [
    await make("a", 1),
    await make("b", 1),
    await make("c", 2),
    await make("d", 1, 10 * MIB),
  ];
  expect(first?.length).toBe(9 * MIB + 5);
  expect(first?.equals(again as Buffer)).toBe(true);
  expect(first?.equals(other as Buffer)).toBe(false);
  expect(longer?.subarray(0, first?.length).equals(first as Buffer)).toBe(true);
});

const openssl = atHand("openssl", spawnSync("openssl", ["version"]).status === 0);
test.runIf(openssl)("the bytes are those that the documentation says", async () => {
  const path = join(testFolder(), "s.bin");
  await sampleFile(path, 1000, { seed: 7 });
  const key = createHash("sha256").update("7/s.bin").digest("hex").slice(0, 32);
  const options = ["enc", "-aes-128-ctr", "-K", key, "-iv", "0".repeat(32)];
  expect(readFileSync(path)).toEqual(execFileSync("openssl", options, { input: Buffer.alloc(1000) }));
});

test("does not write over anything", async () => {
  const folder = sourcesOf({ mine: "mine" });
  await expect(sampleFile(join(folder, "mine"), 5)).rejects.toMatchObject({ kind: "usage" });
  expect(readFileSync(join(folder, "mine"), "utf8")).toBe("mine");
  await sampleFile(join(folder, "empty"), 0);
  expect(statSync(join(folder, "empty")).size).toBe(0);
});
