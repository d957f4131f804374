import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import createTorrent from "create-torrent";
import { describe, expect, test } from "vitest";
import { atHand } from "../at-hand.fixture.ts";
import { type BencodeDictionary, decode } from "../swarm/bencode.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { type CreateRequest, createTorrents, type MadeTorrent } from "./create.ts";
import type { CreateProgress } from "./progress.ts";
import { scanSources } from "./scan.ts";
import { put, sourcesOf, testFolder } from "./test-folder.ts";

const KIB = 1024;
const program = fileURLToPath(new URL("./test-create.ts", import.meta.url));
const announce = "http://127.0.0.1:6969/announce";
const tree = {
  "film.iso": 3000 * KIB + 17,
  "docs/b/2.txt": 40 * KIB,
  "docs/a b.txt": 100,
  "docs/a/1.txt": 70 * KIB,
  "docs/a-1": 5,
  "docs/é.txt": 9,
  "docs/😀": 7,
  "docs/\uffee": 7,
  "docs/empty": 0,
};

async function create(sources: string, folder: string, options: Partial<CreateRequest> = {}) {
  const { entries } = await scanSources(sources);
  return createTorrents({ sources, entries, folder, announce, private: true, ...options });
}

function infoHashOf(bytes: Uint8Array): string | undefined {
  const parsed = parseMetainfo(bytes);
  return parsed.ok ? parsed.metainfo.infoHash : parsed.reason;
}

test("makes a torrent of each entry that reads back as what is there", async () => {
  const sources = sourcesOf(tree);
  const folder = join(testFolder(), "new/torrents");
  const result = await create(sources, folder);
  expect(result).toMatchObject({ failed: [], gone: [] });
  expect(result.torrents.map(({ info, path, state }) => [info.source, info.name, path, state])).toEqual([
    ["docs", "docs", join(folder, "docs.torrent"), "made"],
    ["film.iso", "film.iso", join(folder, "film.iso.torrent"), "made"],
  ]);
  for (const { info, path } of result.torrents) {
    const parsed = parseMetainfo(readFileSync(path));
    const { source: _, ...rest } = info;
    expect(parsed).toMatchObject({ ok: true, metainfo: { ...rest, private: true, announce: [announce] } });
  }
  expect(readdirSync(folder).sort()).toEqual(["docs.torrent", "film.iso.torrent", "index.json"]);
});

test("T17: nothing is in a torrent but the tracker and the content", async () => {
  const sources = sourcesOf(tree);
  const { torrents } = await create(sources, testFolder());
  const keys = torrents.map(({ path }) => {
    const outer = decode(readFileSync(path)).value as BencodeDictionary;
    return [[...outer.keys()], [...(outer.get("info") as BencodeDictionary).keys()]];
  });
  const both = ["name", "piece length", "pieces", "private"];
  expect(keys).toEqual([
    [
      ["announce", "info"],
      ["files", ...both],
    ],
    [
      ["announce", "info"],
      ["length", ...both],
    ],
  ]);
});

test("a public torrent has no private key, and another info-hash", async () => {
  const sources = sourcesOf({ a: 1 });
  const closed = await create(sources, testFolder());
  const open = await create(sources, testFolder(), { private: false });
  expect(readFileSync(open.torrents[0]?.path ?? "", "latin1")).not.toContain("private");
  expect(open.torrents[0]?.info.infoHash).not.toBe(closed.torrents[0]?.info.infoHash);
});

test("T16: the same sources give the same bytes, whatever the order in the folder, the locale and the times", async () => {
  const hashes = async (files: [string, number][]) => {
    const folder = testFolder();
    await create(sourcesOf(Object.fromEntries(files)), folder);
    return readdirSync(folder)
      .filter((name) => name.endsWith(".torrent"))
      .sort()
      .map((name) => readFileSync(join(folder, name), "latin1"));
  };
  const files = Object.entries(tree);
  expect(await hashes(files.toReversed())).toEqual(await hashes(files));
  const sources = sourcesOf(tree);
  const here = await create(sources, testFolder());
  const there = execFileSync(process.execPath, [program, sources, testFolder(), announce], {
    env: { ...process.env, LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8", TZ: "Asia/Tokyo" },
    encoding: "utf8",
  });
  const infos = (torrents: readonly MadeTorrent[]) => torrents.map(({ info }) => info);
  expect(infos(JSON.parse(there).torrents)).toEqual(infos(here.torrents));
});

describe("the info-hash is the one that others find", () => {
  test.each(["film.iso", "docs"])("create-torrent, of %s", async (name) => {
    // It goes folder by folder, so only names that sort the same way both ways can be compared.
    const docs = { "docs/a/1.txt": 70 * KIB, "docs/b/2.txt": 40 * KIB, "docs/c.txt": 100, "docs/empty": 0 };
    const sources = sourcesOf({ ...docs, "film.iso": tree["film.iso"] });
    const { torrents } = await create(sources, testFolder(), { pieceLength: 32 * KIB });
    const ours = torrents.find(({ info }) => info.name === name)?.info.infoHash;
    const theirs = await new Promise<Uint8Array>((resolve, reject) => {
      const options = {
        name,
        pieceLength: 32 * KIB,
        private: true,
        announceList: [[announce]],
        filterJunkFiles: false,
      };
      createTorrent(join(sources, name), options, (error, bytes) => (error ? reject(error) : resolve(bytes)));
    });
    expect(infoHashOf(theirs)).toBe(ours);
  });

  const mktorrent = atHand("mktorrent", spawnSync("mktorrent", ["-h"]).error === undefined);
  test.runIf(mktorrent).each(["film.iso", "docs"])("mktorrent, of %s", async (name) => {
    const sources = sourcesOf(tree);
    const { torrents } = await create(sources, testFolder(), { pieceLength: 32 * KIB });
    const output = join(testFolder(), "x.torrent");
    execFileSync("mktorrent", ["-p", "-l", "15", "-a", announce, "-n", name, "-o", output, join(sources, name)]);
    expect(infoHashOf(readFileSync(output))).toBe(torrents.find(({ info }) => info.name === name)?.info.infoHash);
  });
});

test("what did not change is not read again", async () => {
  const sources = sourcesOf(tree);
  const folder = testFolder();
  const first = await create(sources, folder);
  const progress: CreateProgress[] = [];
  const second = await create(sources, folder, { progress: (step) => progress.push(step) });
  expect(second.torrents).toEqual(first.torrents.map((torrent) => ({ ...torrent, state: "unchanged" })));
  expect(progress).toEqual([]);
});

test("what changed is hashed again, the rest is not; what went away is deleted", async () => {
  const sources = sourcesOf({ a: 100, b: 100, c: 100 });
  const folder = testFolder();
  await create(sources, folder);
  put(sources, "a", 101);
  rmSync(join(sources, "b"));
  const entries: string[] = [];
  const result = await create(sources, folder, { progress: ({ entry }) => entries.push(entry) });
  expect(result.torrents.map(({ info, state }) => [info.name, state])).toEqual([
    ["a", "made"],
    ["c", "unchanged"],
  ]);
  expect(result.gone).toEqual(["b"]);
  expect(new Set(entries)).toEqual(new Set(["a"]));
  expect(readdirSync(folder).sort()).toEqual(["a.torrent", "c.torrent", "index.json"]);
});

test("a file that was only touched is hashed again, but its torrent is unchanged", async () => {
  const sources = sourcesOf({ a: 100 });
  const folder = testFolder();
  await create(sources, folder);
  utimesSync(join(sources, "a"), 1, 1);
  expect((await create(sources, folder)).torrents[0]?.state).toBe("unchanged");
});

test.each([
  ["the torrent file is gone", (folder: string) => rmSync(join(folder, "a.torrent"))],
  ["the torrent file is damaged", (folder: string) => truncateSync(join(folder, "a.torrent"), 50)],
  ["the torrent file is another", (folder: string) => renameSync(join(folder, "b.torrent"), join(folder, "a.torrent"))],
  ["the cache is gone", (folder: string) => rmSync(join(folder, "index.json"))],
  ["the cache is no JSON", (folder: string) => writeFileSync(join(folder, "index.json"), "{")],
  ["the cache is of another kind", (folder: string) => writeFileSync(join(folder, "index.json"), '{"version":2}')],
])("makes the torrent again where %s", async (_name, damage) => {
  const sources = sourcesOf({ a: 100, b: 100 });
  const folder = testFolder();
  const first = await create(sources, folder);
  damage(folder);
  const second = await create(sources, folder);
  expect(second.torrents.map(({ info }) => info)).toEqual(first.torrents.map(({ info }) => info));
  expect(infoHashOf(readFileSync(join(folder, "a.torrent")))).toBe(first.torrents[0]?.info.infoHash);
});

test("another tracker changes the file, but neither info-hash nor state", async () => {
  const sources = sourcesOf({ a: 100 });
  const folder = testFolder();
  const first = await create(sources, folder);
  const second = await create(sources, folder, { announce: "http://127.0.0.1:7000/announce" });
  expect(second.torrents[0]).toEqual({ ...first.torrents[0], state: "unchanged" });
  expect(parseMetainfo(readFileSync(join(folder, "a.torrent")))).toMatchObject({
    metainfo: { announce: ["http://127.0.0.1:7000/announce"] },
  });
});

test("another piece length is another torrent", async () => {
  const sources = sourcesOf({ a: 100 * KIB });
  const folder = testFolder();
  await create(sources, folder);
  const { torrents } = await create(sources, folder, { pieceLength: 64 * KIB });
  expect(torrents[0]).toMatchObject({ state: "made", info: { pieceLength: 64 * KIB, pieceCount: 2 } });
});

test("T10: a file that changes once while it is hashed is hashed again", async () => {
  const sources = sourcesOf({ a: 2000 * KIB });
  let appended = false;
  const { torrents } = await create(sources, testFolder(), {
    progress: () => {
      if (!appended) appendFileSync(join(sources, "a"), "more");
      appended = true;
    },
  });
  expect(torrents[0]?.info.length).toBe(2000 * KIB + 4);
  expect(torrents[0]?.info.infoHash).toBe((await create(sources, testFolder())).torrents[0]?.info.infoHash);
});

test("T10: a file that keeps changing fails by name; its old torrent stays, and the other entries are made", async () => {
  const sources = sourcesOf({ a: 2000 * KIB, b: 5 });
  const folder = testFolder();
  const first = await create(sources, folder);
  appendFileSync(join(sources, "a"), "x");
  const result = await create(sources, folder, {
    progress: ({ entry }) => entry === "a" && appendFileSync(join(sources, "a"), "more"),
  });
  expect(result.failed).toEqual([{ entry: "a", reason: "a changed while it was hashed" }]);
  expect(result.torrents.map(({ info }) => info.name)).toEqual(["b"]);
  expect(infoHashOf(readFileSync(join(folder, "a.torrent")))).toBe(first.torrents[0]?.info.infoHash);
});

test("an entry that no torrent can hold fails before it is read", async () => {
  const sources = sourcesOf({ big: 0, ok: 1 });
  truncateSync(join(sources, "big"), 2 * 1024 ** 4);
  const { failed, torrents } = await create(sources, testFolder());
  expect(failed).toEqual([{ entry: "big", reason: expect.stringContaining("no torrent can hold it: info.length") }]);
  expect(torrents.map(({ info }) => info.name)).toEqual(["ok"]);
});

test("more pieces than a torrent file can tell of are refused by their number", async () => {
  const sources = sourcesOf({ big: 0, ok: 1 });
  truncateSync(join(sources, "big"), 1024 ** 4);
  const { failed, torrents } = await create(sources, testFolder(), { pieceLength: 16 * KIB });
  expect(failed).toEqual([
    { entry: "big", reason: expect.stringMatching(/^no torrent can hold it: 67108864 pieces of 16.0 KiB .* larger/) },
  ]);
  expect(torrents.map(({ info }) => info.name)).toEqual(["ok"]);
});

test("a name that leaves no room for the ending gets a torrent named by its hash", async () => {
  const name = "n".repeat(255);
  const folder = testFolder();
  const { torrents } = await create(sourcesOf({ [name]: 1 }), folder);
  expect(torrents[0]?.path).toBe(join(folder, `${torrents[0]?.info.infoHash}.torrent`));
  expect(existsSync(torrents[0]?.path ?? "")).toBe(true);
});

test("progress counts bytes over all entries, with rate and time left", async () => {
  const steps: CreateProgress[] = [];
  await create(sourcesOf({ a: 300 * KIB, b: 200 * KIB }), testFolder(), { progress: (step) => steps.push(step) });
  expect(steps.at(-1)).toMatchObject({ entry: "b", done: 500 * KIB, total: 500 * KIB, secondsLeft: 0 });
  expect(steps.at(-1)?.rate).toBeGreaterThan(0);
  expect(steps.map(({ done }) => done)).toEqual(steps.map(({ done }) => done).sort((a, b) => a - b));
});

test("an abort leaves no half file, and what was done is kept", async () => {
  const sources = sourcesOf({ a: 100, b: 100 });
  const folder = testFolder();
  const controller = new AbortController();
  const creating = create(sources, folder, {
    signal: controller.signal,
    progress: ({ entry }) => entry === "b" && controller.abort(new Error("enough")),
  });
  await expect(creating).rejects.toThrowError("enough");
  expect(readdirSync(folder).sort()).toEqual(["a.torrent", "index.json"]);
  expect((await create(sources, folder)).torrents[0]?.state).toBe("unchanged");
});

// A mount namespace of its own: the small disk is gone with the program that filled it.
const smallDisk = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=32k tmpfs "$0" && exec sh -c "$1"'];
const probe = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);

test.runIf(atHand("mount namespace", probe.status === 0))(
  "a full disk is the environment's fault, and the old torrent stays whole",
  async () => {
    const sources = sourcesOf({ a: 3000 * KIB });
    const disk = testFolder();
    const create = (pieceLength: number) =>
      `${process.execPath} ${program} ${sources} ${disk} ${announce} ${pieceLength}; sha1sum ${disk}/*.torrent; ls -A ${disk}`;
    const [command = "", ...args] = [
      ...smallDisk,
      disk,
      `${create(1024 * KIB)}; head -c 24k /dev/zero > ${disk}/filler; ${create(2 * KIB)}`,
    ];
    const lines = execFileSync(command, args, { encoding: "utf8" }).split("\n");
    const [made, before, , , refused, after, ...left] = lines;
    expect(JSON.parse(made ?? "")).toMatchObject({ failed: [] });
    expect(JSON.parse(refused ?? "")).toMatchObject({
      error: { kind: "environment", message: expect.stringContaining("disk is full") },
    });
    expect(after).toBe(before);
    expect(left).toEqual(["a.torrent", "filler", "index.json", ""]);
  },
);

test("T08: 10,000 files with 256 descriptors, within ten seconds", { timeout: 60_000 }, async () => {
  const sources = testFolder();
  for (let d = 0; d < 100; d += 1) {
    mkdirSync(join(sources, `many/${d}`), { recursive: true });
    for (let f = 0; f < 100; f += 1) writeFileSync(join(sources, `many/${d}/${f}`), "x".repeat(100 + f));
  }
  const args = [program, sources, testFolder(), announce];
  const output = execFileSync("sh", ["-c", 'ulimit -n 256; exec "$@"', "sh", process.execPath, ...args], {
    encoding: "utf8",
    timeout: 10_000,
  });
  expect(JSON.parse(output)).toMatchObject({ failed: [], torrents: [{ info: { name: "many", length: 1_495_000 } }] });
});

test("an entry that is not settled keeps the torrent it has, and gets none if it has none", async () => {
  const sources = sourcesOf({ a: 100, b: 100 });
  const folder = testFolder();
  const first = await create(sources, folder);
  put(sources, "a", 101);
  put(sources, "c", 10);
  const result = await create(sources, folder, { isSettled: () => false });
  expect(result).toMatchObject({ torrents: [{ info: { name: "b" }, state: "unchanged" }], failed: [], gone: [] });
  expect(readdirSync(folder).sort()).toEqual(["a.torrent", "b.torrent", "index.json"]);
  const later = await create(sources, folder);
  expect(later.torrents.map(({ info, state }) => [info.name, state])).toEqual([
    ["a", "made"],
    ["b", "unchanged"],
    ["c", "made"],
  ]);
  expect(later.torrents[0]?.info.infoHash).not.toBe(first.torrents[0]?.info.infoHash);
});

test("an abort leaves also the torrents of entries that went away", async () => {
  const sources = sourcesOf({ a: 100, b: 100 });
  const folder = testFolder();
  await create(sources, folder);
  rmSync(join(sources, "a"));
  put(sources, "b", 200);
  await expect(create(sources, folder, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  expect(readdirSync(folder).sort()).toEqual(["a.torrent", "b.torrent", "index.json"]);
});
