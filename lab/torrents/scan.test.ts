import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { requireShareable, scanEntry, scanSources } from "./scan.ts";
import { warningText } from "./sources.ts";
import { sourcesOf, testFolder } from "./test-folder.ts";

/** Names that break naive tools: each must arrive byte for byte. */
const names = [
  "NFC é",
  "NFD e\u0301",
  "🦀 crab",
  "two  spaces ",
  "-rf",
  "'single'",
  '"double"',
  "$HOME",
  "$" + "{X}",
  "$(touch P)",
  "`touch P`",
  "back\\slash",
  "new\nline",
  "n".repeat(255),
  "a*b.txt",
  "a:b?.txt",
  "\u202egnp.exe",
  "\ufeffbom",
  "CON",
  "%2e%2e",
  "__proto__",
];

async function scan(folder: string) {
  const { entries, warnings, ...rest } = await scanSources(folder);
  const files = entries.map((entry) => [entry.name, entry.files.map((file) => file.path.slice(1).join("/"))]);
  return { ...rest, files: Object.fromEntries(files), warnings, texts: warnings.map(warningText) };
}

test("an entry is a file or a folder, sorted by the bytes of its names", async () => {
  const folder = sourcesOf({ "b/z": 1, "b/a/2": 2, "b/a.txt": 3, "b/\uffee": 1, "b/😀": 1, "a.iso": 5, Z: 1 });
  const { entries } = await scanSources(folder);
  expect(entries.map(({ name, shape, length }) => [name, shape, length])).toEqual([
    ["Z", "file", 1],
    ["a.iso", "file", 5],
    ["b", "folder", 8],
  ]);
  expect(entries[2]?.files.map(({ path }) => path.join("/"))).toEqual(["b/a.txt", "b/a/2", "b/z", "b/\uffee", "b/😀"]);
});

test("T03: any UTF-8 name is kept byte for byte", async () => {
  const folder = sourcesOf(
    Object.fromEntries(
      names.flatMap((name) => [
        [name, 1],
        [`folder/${name}`, 1],
      ]),
    ),
  );
  const { entries } = await scanSources(folder);
  expect(entries.map((entry) => entry.name).sort()).toEqual([...names, "folder"].sort());
  const inside = entries.find((entry) => entry.name === "folder")?.files.map((file) => file.path[1]);
  expect(inside?.sort()).toEqual([...names].sort());
});

test("a name that is not UTF-8 is named and left out", async () => {
  const folder = sourcesOf({ good: 1, "folder/good": 1 });
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x62, 0xff, 0xfe])]), "x");
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/folder/`), Buffer.from([0xc0, 0xae])]), "x");
  const { files, texts } = await scan(folder);
  expect(files).toEqual({ good: [""], folder: ["good"] });
  expect(texts).toEqual([
    "b\\xff\\xfe has a name that is not valid UTF-8: left out",
    "folder/\\xc0\\xae has a name that is not valid UTF-8: left out",
  ]);
});

test("dot entries are ignored and counted at the top, and kept inside folders", async () => {
  const folder = sourcesOf({ ".gitignore": "*", ".git/config": "x", "docs/.hidden": 2, "docs/.git/x": 1 });
  expect(await scan(folder)).toMatchObject({ ignored: 2, files: { docs: [".git/x", ".hidden"] }, warnings: [] });
});

test("T05: named pipes, sockets and devices are left out without opening them", async () => {
  const folder = sourcesOf({ "docs/a": 1 });
  execFileSync("mkfifo", [join(folder, "pipe"), join(folder, "docs/pipe")]);
  const server = createServer().listen(join(folder, "socket"));
  onTestFinished(() => void server.close());
  const { files, texts } = await scan(folder);
  expect(files).toEqual({ docs: ["a"] });
  expect(texts).toEqual([
    "docs/pipe is a named pipe, not a file: left out",
    "pipe is a named pipe, not a file: left out",
    "socket is a socket, not a file: left out",
  ]);
});

test("T04: links are named with where they lead, and never followed", async () => {
  const secret = sourcesOf({ "secret.txt": "secret" });
  const folder = sourcesOf({ "docs/a": 1 });
  symlinkSync(join(secret, "secret.txt"), join(folder, "docs/out"));
  symlinkSync(secret, join(folder, "outside"));
  symlinkSync("docs", join(folder, "inside"));
  symlinkSync("..", join(folder, "docs/parent"));
  symlinkSync("gone", join(folder, "dangling"));
  symlinkSync("loop", join(folder, "loop"));
  const { files, warnings } = await scan(folder);
  expect(files).toEqual({ docs: ["a"] });
  expect(warnings).toEqual([
    { kind: "link", path: "dangling", leads: "nowhere" },
    { kind: "link", path: "docs/out", leads: "outside" },
    { kind: "link", path: "docs/parent", leads: "inside" },
    { kind: "link", path: "inside", leads: "inside" },
    { kind: "link", path: "loop", leads: "in circles" },
    { kind: "link", path: "outside", leads: "outside" },
  ]);
});

test("T02: empty folders and files without a byte in them are left out; an empty file among others stays", async () => {
  const folder = sourcesOf({ "lone.txt": 0, "empties/a": 0, "docs/empty": 0, "docs/full": 1 });
  mkdirSync(join(folder, "nothing"));
  mkdirSync(join(folder, "docs/nothing"));
  const { files, texts } = await scan(folder);
  expect(files).toEqual({ docs: ["empty", "full"] });
  expect(texts).toEqual([
    "docs/nothing is an empty folder, which a torrent cannot hold: left out",
    "empties has no bytes to share: left out",
    "lone.txt has no bytes to share: left out",
    "nothing is an empty folder, which a torrent cannot hold: left out",
  ]);
});

test("T06: an unreadable file or folder leaves its whole entry out", async () => {
  const folder = sourcesOf({ "a/ok": 1, "a/closed": 1, "b/ok": 1, "b/closed/x": 1, good: 1 });
  chmodSync(folder, 0o755);
  chmodSync(join(folder, "a/closed"), 0);
  chmodSync(join(folder, "b/closed"), 0);
  const { files, texts } = await asNobody(() => scan(folder));
  expect(files).toEqual({ good: [""] });
  expect(texts).toEqual([
    "a/closed cannot be read by this user: left out, and with it all of a",
    "b/closed cannot be read by this user: left out, and with it all of b",
  ]);
});

test("a path that no download folder could take is left out", async () => {
  const deep = Array(13).fill("d".repeat(250)).join("/");
  const folder = sourcesOf({ "a/ok": 1 });
  execFileSync("mkdir", ["-p", `a/${deep}`], { cwd: folder });
  const { files, warnings } = await scan(folder);
  expect(files).toEqual({ a: ["ok"] });
  expect(warnings).toMatchObject([{ kind: "name", problem: "makes a path longer than 3072 bytes" }]);
});

test("names that clash where case does not count, or that Windows refuses, are shared with a warning", async () => {
  const folder = sourcesOf({ "A.txt": 1, "a.txt": 1, "d/é": 1, "d/e\u0301": 1, "d/aux.c": 1, "d/x:y": 1, "d/dot.": 1 });
  const { files, texts } = await scan(folder);
  expect(Object.keys(files)).toEqual(["A.txt", "a.txt", "d"]);
  expect(texts).toEqual([
    "a.txt and A.txt are one name where case does not count (Windows, macOS)",
    "d/é and d/e\u0301 are one name where case does not count (Windows, macOS)",
    "d/aux.c and 2 more have names that Windows refuses",
  ]);
});

test("warnings are safe on a terminal", () => {
  const text = warningText({ kind: "empty-file", path: "\u001b]52;c;x\u0007\u202e\n" });
  expect(text).toBe("\\u{1b}]52;c;x\\u{7}\\u{202e}\\u{a} has no bytes to share: left out");
});

test("a missing and an empty folder are told apart from a full one", async () => {
  const folder = sourcesOf({ ".gitignore": "*" });
  expect(await scanSources(folder)).toMatchObject({ state: "empty", entries: [], ignored: 1 });
  expect(await scanSources(join(folder, "missing"))).toMatchObject({ state: "missing", entries: [] });
});

test("T01: a file in the folder's place, an unreadable folder and nothing shareable are bad input", async () => {
  const file = join(sourcesOf({ x: 1 }), "x");
  await expect(scanSources(file)).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining("is a file"),
  });
  const closed = testFolder();
  chmodSync(closed, 0);
  await expect(asNobody(() => scanSources(closed))).rejects.toMatchObject({ kind: "usage" });
  const folder = sourcesOf({ a: 0, b: 0 });
  const sources = await scanSources(folder);
  expect(() => requireShareable(sources, folder)).toThrowError(
    expect.objectContaining({ kind: "usage", message: expect.stringMatching(/a has no bytes.*and 1 more/) }),
  );
});

test("a folder that vanishes while it is looked at is as if it had never been there", async () => {
  const folder = sourcesOf(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`d/${i}/x`, 1])));
  const scanning = scanSources(folder);
  rmSync(join(folder, "d"), { recursive: true });
  await expect(scanning).resolves.toMatchObject({ state: "filled" });
});

test("a folder that became a file while it is looked at is as if nothing had been in it", async () => {
  const folder = sourcesOf({ d: 1 });
  expect(await scanEntry(join(folder, "d"), Buffer.from("x"))).toEqual({ entry: undefined, warnings: [] });
});

/** Root may read everything, so as root the test becomes somebody else meanwhile. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
