import { execFileSync } from "node:child_process";
import { truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { PATIENCE } from "../eventually.fixture.ts";
import { checkTorrentFile } from "./check.ts";
import { createTorrents } from "./create.ts";
import { scanSources } from "./scan.ts";
import { sourcesOf, testFolder } from "./test-folder.ts";

test("accepts a torrent of ours, with its info-hash", async () => {
  const sources = sourcesOf({ a: 100 });
  const { entries } = await scanSources(sources);
  const { torrents } = await createTorrents({
    sources,
    entries,
    folder: testFolder(),
    announce: "http://t",
    private: true,
  });
  const { info, path } = torrents[0] ?? expect.unreachable();
  expect(await checkTorrentFile(path)).toMatchObject({ ok: true, metainfo: { infoHash: info.infoHash, name: "a" } });
});

test("answers at once for everything that is no torrent file", async () => {
  const folder = testFolder();
  const at = (name: string) => join(folder, name);
  execFileSync("mkfifo", [at("pipe")]);
  writeFileSync(at("huge"), "");
  truncateSync(at("huge"), 50 * 1024 ** 3);
  writeFileSync(at("text"), "hello");
  writeFileSync(at("empty"), "");
  const server = createServer().listen(at("socket"));
  onTestFinished(() => void server.close());
  const reasons = {
    [at("pipe")]: "not a regular file",
    [at("socket")]: "cannot be read",
    "/dev/zero": "not a regular file",
    [folder]: "a folder, not a file",
    [at("huge")]: "50.0 GiB is too large for a torrent file",
    [at("missing")]: "ENOENT",
    [at("text")]: "not bencode",
    [at("empty")]: "not bencode",
  };
  for (const [path, reason] of Object.entries(reasons))
    expect(await checkTorrentFile(path)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
});

test.each([
  ["empty lists", "le"],
  ["empty strings", "0:"],
  ["empty dictionaries", "de"],
  ["numbers", "i0e"],
])("T19: a 10 MB file of %s costs less than 2 s and 300 MB", { timeout: 20_000 }, async (_name, item) => {
  const path = join(testFolder(), "x.torrent");
  writeFileSync(path, `l${item.repeat(Math.floor(9_999_990 / item.length))}e`);
  const script = `
    const { checkTorrentFile } = await import(${JSON.stringify(new URL("./check.ts", import.meta.url).href)});
    const started = performance.now();
    const result = await checkTorrentFile(process.argv[1]);
    const { maxRSS } = process.resourceUsage();
    console.log(JSON.stringify({ ...result, seconds: (performance.now() - started) / 1000, megabytes: maxRSS / 1000 }));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script, path], { encoding: "utf8" });
  const { ok, seconds, megabytes } = JSON.parse(output);
  expect(ok).toBe(false);
  expect(1000 * seconds).toBeLessThan(PATIENCE);
  expect(megabytes).toBeLessThan(300);
});
