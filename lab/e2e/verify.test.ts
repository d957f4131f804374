import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bytes, openScene } from "./scene.ts";

test("verify tells a copy that differs, with its path, from a source that changed, and ends with 4", async () => {
  await using scene = await openScene("process", "verify");
  scene.source("docs/a.txt", bytes(40_000, "a"));
  scene.source("docs/b/c.txt", bytes(40_000, "c"));
  const flags = ["--runtime", "process", "--profile", "quick", "--leechers", "2", "--until", "complete"];
  await scene.ok("up", "--name", scene.name, ...flags, "--timeout", "60");
  await scene.ok("verify", "--name", scene.name);
  const [infoHash = ""] = (await scene.status()).torrents.map((torrent) => torrent.infoHash);
  const identical = { torrent: "docs", verdict: "identical", detail: "2 files" };

  const copy = join(scene.dir, ".lab", scene.name, "data/leecher-1", infoHash, "docs/b/c.txt");
  flipByte(copy);
  expect(await verdicts()).toEqual([
    { node: "leecher-1", torrent: "docs", verdict: "different", detail: "docs/b/c.txt" },
    { node: "leecher-2", ...identical },
  ]);
  const text = await scene.lab("verify", "--name", scene.name);
  expect([text.code, text.stdout]).toEqual([
    4,
    expect.stringMatching(
      /^leecher-1 +docs +different +docs\/b\/c\.txt\nleecher-2 +docs +identical .*\n1 of 2 differ\n$/m,
    ),
  ]);

  flipByte(copy);
  flipByte(join(scene.dir, "sources/docs/a.txt"));
  expect(await verdicts()).toEqual(
    ["leecher-1", "leecher-2"].map((node) => ({
      node,
      torrent: "docs",
      verdict: "source changed",
      detail: "docs/a.txt",
    })),
  );

  async function verdicts(): Promise<unknown> {
    const { code, stdout } = await scene.lab("verify", "--json", "--name", scene.name);
    const { ok, verdicts } = JSON.parse(stdout);
    expect([code, ok]).toEqual([4, false]);
    return verdicts;
  }
});

function flipByte(path: string): void {
  const content = readFileSync(path);
  content[1000] = (content[1000] ?? 0) ^ 1;
  writeFileSync(path, content);
}
