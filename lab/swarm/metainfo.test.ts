import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decode, rawValue } from "./bencode.ts";
import { type Bencodable, dictionary, encode } from "./bencode-encode.ts";
import { parseMetainfo } from "./metainfo.ts";
import { buildMetainfo, type MetainfoParts, withAnnounce } from "./metainfo-build.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const hashes = (count: number) => new Uint8Array(20 * count).fill(7);
const KIB = 1024;

const single = { name: "a.bin", "piece length": 16 * KIB, pieces: hashes(2), length: 20 * KIB };
const file = (path: Bencodable, length: Bencodable = 10 * KIB) => dictionary({ length, path });
const folder = { name: "docs", "piece length": 16 * KIB, pieces: hashes(2), files: [file(["a"]), file(["b", "c"])] };

type Fields = Record<string, Bencodable | undefined>;

function torrent(info: Fields | Bencodable, outer: Fields = {}): Uint8Array {
  const isFields = typeof info === "object" && Object.getPrototypeOf(info) === Object.prototype && !("encoded" in info);
  return encode(dictionary({ info: isFields ? dictionary(info as Fields) : (info as Bencodable), ...outer }));
}

function withFiles(files: Bencodable): Uint8Array {
  return torrent({ ...folder, files });
}

const refused: Record<string, [Uint8Array, string | undefined]> = {
  "an empty file": [bytes(""), undefined],
  "a text": [bytes("hello"), undefined],
  "a list": [bytes("le"), undefined],
  "bytes after the end": [new Uint8Array([...torrent(single), 10]), undefined],
  "a truncated file": [torrent(single).subarray(0, -3), undefined],
  "no info": [encode(dictionary({ announce: "http://t" })), "info"],
  "a list as info": [torrent([]), "info"],
  "info twice": [bytes("d4:infode4:infodee"), '"info"'],
  "a key twice in info": [bytes("d4:infod6:lengthi1e6:lengthi2eee"), '"length"'],
  "a key twice that would write on a terminal": [bytes("d3:\x9b2Ji1e3:\x9b2Ji1ee"), '"\\u{9b}2J"'],
  "a version 2 torrent": [
    torrent({ name: "v2", "piece length": 16 * KIB, "meta version": 2, "file tree": new Map() }),
    "info.meta version",
  ],
  "an unknown version": [torrent({ ...single, "meta version": 3 }), "info.meta version"],
  "no name": [torrent({ ...single, name: undefined }), "info.name"],
  "a number as name": [torrent({ ...single, name: 5 }), "info.name"],
  "a name that is no UTF-8": [torrent({ ...single, name: bytes("\xff\xfe") }), "info.name"],
  "an overlong UTF-8 name": [torrent({ ...single, name: bytes("\xc0\xae\xc0\xae") }), "info.name"],
  "another name.utf-8": [torrent({ ...single, "name.utf-8": "../x" }), "info.name.utf-8"],
  "another path.utf-8": [
    withFiles([dictionary({ length: 20 * KIB, path: ["a"], "path.utf-8": ["..", "a"] })]),
    "info.files[0].path.utf-8",
  ],
  "no piece length": [torrent({ ...single, "piece length": undefined }), "info.piece length"],
  "a text as piece length": [torrent({ ...single, "piece length": "16384" }), "info.piece length"],
  "piece length 0": [torrent({ ...single, "piece length": 0 }), "info.piece length"],
  "a negative piece length": [torrent({ ...single, "piece length": -16384 }), "info.piece length"],
  "pieces of 512 MiB": [torrent({ ...single, "piece length": 512 * KIB ** 2, pieces: hashes(1) }), "info.piece length"],
  "a piece length beyond numbers": [torrent({ ...single, "piece length": 2n ** 62n }), "info.piece length"],
  "no pieces": [torrent({ ...single, pieces: undefined }), "info.pieces"],
  "a list as pieces": [torrent({ ...single, pieces: [] }), "info.pieces"],
  "half a piece hash": [torrent({ ...single, pieces: hashes(2).subarray(1) }), "info.pieces"],
  "a piece hash too few": [torrent({ ...single, pieces: hashes(1) }), "info.pieces"],
  "a piece hash too many": [torrent({ ...single, pieces: hashes(3) }), "info.pieces"],
  "1.7 TB in one hash": [torrent({ ...single, pieces: hashes(1), length: 1.7e12 }), "info.length"],
  "neither length nor files": [torrent({ ...single, length: undefined }), "info.length"],
  "length and files": [torrent({ ...folder, length: 20 * KIB }), "info.length"],
  "a negative length": [torrent({ ...single, length: -1 }), "info.length"],
  "a text as length": [torrent({ ...single, length: "20480" }), "info.length"],
  "a length beyond numbers": [torrent({ ...single, length: 2n ** 63n - 1n }), "info.length"],
  "no bytes at all": [torrent({ ...single, pieces: hashes(0), length: 0 }), "info.length"],
  "only empty files": [torrent({ ...folder, pieces: hashes(0), files: [file(["a"], 0)] }), "info.length"],
  "too many bytes in all": [withFiles([file(["a"], 2 ** 40), file(["b"], 2 ** 40)]), "info.length"],
  "a dictionary as files": [withFiles(new Map()), "info.files"],
  "no files in files": [withFiles([]), "info.files"],
  "a text as a file": [withFiles(["a"]), "info.files[0]"],
  "a file without a length": [withFiles([dictionary({ path: ["a"] })]), "info.files[0].length"],
  "a file of negative length": [withFiles([file(["a"], 30 * KIB), file(["b"], -10 * KIB)]), "info.files[1].length"],
  "a file without a path": [withFiles([dictionary({ length: 20 * KIB })]), "info.files[0].path"],
  "a text as path": [withFiles([file("a")]), "info.files[0].path"],
  "an empty path": [withFiles([file([])]), "info.files[0].path"],
  "a number in a path": [withFiles([file(["a", 1])]), "info.files[0].path"],
  "a path twice": [withFiles([file(["a"]), file(["a"])]), "info.files[1].path"],
  "a pad file over a real one": [
    withFiles([file(["a"]), dictionary({ attr: "p", length: 10 * KIB, path: ["a"] })]),
    "info.files[1].path",
  ],
  "a file below a file": [withFiles([file(["a"]), file(["a", "b"])]), "info.files[1].path"],
  "a file deep below a file": [withFiles([file(["a", "b"]), file(["a", "b", "c", "d"])]), "info.files[1].path"],
  "a file in a folder's place": [withFiles([file(["a", "b", "c"]), file(["a", "b"])]), "info.files[1].path"],
  "a path too long to create": [withFiles([file(Array(20).fill("d".repeat(200)), 20 * KIB)]), "info.files[0].path"],
  "a symbolic link": [withFiles([dictionary({ attr: "xl", length: 1, path: ["b"] })]), "info.files[0]"],
  "the path of a symbolic link": [
    withFiles([dictionary({ length: 1, path: ["b"], "symlink path": ["a"] })]),
    "info.files[0]",
  ],
  "attributes that are no text": [withFiles([dictionary({ attr: 1, length: 1, path: ["b"] })]), "info.files[0].attr"],
  "private that is a text": [torrent({ ...single, private: "1" }), "info.private"],
  "private 2": [torrent({ ...single, private: 2 }), "info.private"],
  "a number as announce": [torrent(single, { announce: 5 }), "announce"],
  "announce that is no UTF-8": [torrent(single, { announce: bytes("\xff") }), "announce"],
  "a text as announce-list": [torrent(single, { "announce-list": "http://t" }), "announce-list"],
  "a flat announce-list": [torrent(single, { "announce-list": ["http://t"] }), "announce-list[0]"],
  "numbers in announce-list": [torrent(single, { "announce-list": [["http://t"], [5]] }), "announce-list[1]"],
};

describe("refuses", () => {
  test.each(Object.entries(refused))("%s", (_name, [input, field]) => {
    expect(parseMetainfo(input)).toMatchObject({ ok: false, field, reason: expect.stringMatching(/./) });
  });

  const hostile = ["..", ".", "", "a/b", "/etc", "../x", "a\0b", "n".repeat(256), "é".repeat(128)];
  test.each(hostile)("%j as a name and in a path", (name) => {
    expect(parseMetainfo(torrent({ ...single, name }))).toMatchObject({ ok: false, field: "info.name" });
    for (const path of [[name], ["x", name], [name, "x"]])
      expect(parseMetainfo(withFiles([file(path, 20 * KIB)]))).toMatchObject({ field: "info.files[0].path" });
  });
});

const pad = (length: number) => dictionary({ attr: "p", length, path: [".pad", String(length)] });

const odd: Record<string, Uint8Array> = {
  "no tracker": torrent(single),
  "web seeds, nodes, dates and unknown keys": torrent(
    { ...single, source: "x", x_cross: 5 },
    { "url-list": ["http://seed/"], httpseeds: ["http://seed/"], nodes: [["1.2.3.4", 6881]], "creation date": -1 },
  ),
  "foreign trackers": torrent(single, { announce: "http://a", "announce-list": [["http://a", "udp://b"], []] }),
  "keys out of order": bytes(
    `d4:infod6:pieces20:${"x".repeat(20)}4:name1:a12:piece lengthi16384e6:lengthi1ee8:announce3:u:/e`,
  ),
  "pad files of one size": withFiles([file(["a"], 8 * KIB), pad(KIB), file(["b"], 10 * KIB), pad(KIB)]),
  "empty files": withFiles([file(["e"], 0), file(["a"], 20 * KIB), file(["z"], 0)]),
  "the version 1 part of a hybrid": torrent({ ...single, "meta version": 2, "file tree": new Map() }),
  "a piece length that is no power of two": torrent({ ...single, "piece length": 10_241 }),
  "private 0": torrent({ ...single, private: 0 }),
  "the same name.utf-8": torrent({ ...single, "name.utf-8": "a.bin" }),
};

describe("accepts", () => {
  test.each(Object.entries(odd))("%s, with the hash of the raw info", (_name, input) => {
    const result = parseMetainfo(input);
    expect(result).toMatchObject({ ok: true });
    expect(result.ok && result.metainfo.infoHash).toBe(sha1(rawValue(input, "info") as Uint8Array));
  });

  const names = ["\u202e", "a\\b", "-rf", "$(x)", "a\nb", "…", "\ufeffbom", "C:", "CON", "..a", "n".repeat(255)];
  test.each(names)("%j as a name", (name) => {
    const result = parseMetainfo(torrent({ ...single, name }));
    expect(result.ok && result.metainfo.name).toBe(name);
  });
});

test("reads what is in a torrent of a folder", () => {
  const input = torrent(
    { ...folder, private: 1 },
    { announce: "http://t", "announce-list": [["udp://u", "http://t"]] },
  );
  expect(parseMetainfo(input)).toEqual({
    ok: true,
    metainfo: {
      infoHash: sha1(rawValue(input, "info") as Uint8Array),
      name: "docs",
      length: 20 * KIB,
      pieceLength: 16 * KIB,
      pieceCount: 2,
      pieces: hashes(2),
      shape: "folder",
      files: [
        { path: ["docs", "a"], length: 10 * KIB, offset: 0, pad: false },
        { path: ["docs", "b", "c"], length: 10 * KIB, offset: 10 * KIB, pad: false },
      ],
      private: true,
      announce: ["http://t", "udp://u"],
    },
  });
});

test("a refusal still names the info-hash when there is an info dictionary", () => {
  const input = torrent({ ...single, length: -1 });
  const infoHash = sha1(rawValue(input, "info") as Uint8Array);
  expect(parseMetainfo(input)).toEqual({ ok: false, field: "info.length", reason: "negative", infoHash });
  expect(parseMetainfo(new Uint8Array([...input, 1]))).toMatchObject({ infoHash });
  expect(parseMetainfo(bytes("le"))).toMatchObject({ infoHash: undefined });
});

test("T19: refuses a file over 10 MB and one of two million values in bounded time", { timeout: 2000 }, () => {
  expect(parseMetainfo(new Uint8Array(10_000_001))).toMatchObject({
    ok: false,
    reason: expect.stringContaining("larger"),
  });
  const list = new Uint8Array(4_000_001);
  list[0] = 0x6c;
  for (let i = 1; i < list.length; i += 2) list.set([0x30, 0x3a], i);
  expect(parseMetainfo(list)).toMatchObject({ ok: false, reason: expect.stringContaining("more than 500000 values") });
});

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !/[/\0]|^\.\.?$/.test(text));
const parts: fc.Arbitrary<MetainfoParts> = fc
  .record({
    name,
    lengths: fc.array(fc.nat(100 * KIB), { minLength: 1, maxLength: 5 }),
    folder: fc.boolean(),
    isPrivate: fc.boolean(),
    pieceLength: fc.constantFrom(16 * KIB, 32 * KIB),
    announce: fc.webUrl(),
  })
  .filter(({ lengths, folder }) => lengths.slice(0, folder ? 5 : 1).some((length) => length > 0))
  .map(({ name, lengths, folder, isPrivate, pieceLength, announce }) => {
    const sizes = folder ? lengths : lengths.slice(0, 1);
    const offsets = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    return {
      name,
      shape: folder ? "folder" : "file",
      files: sizes.map((length, index) => ({
        path: folder ? [name, `d${index % 2}`, `${index}`] : [name],
        length,
        offset: offsets[index] ?? 0,
        pad: false,
      })),
      pieceLength,
      pieces: hashes(Math.ceil(total / pieceLength)),
      private: isPrivate,
      announce,
    };
  });

test("what is built is canonical and reads back as the same", () => {
  fc.assert(
    fc.property(parts, (made) => {
      const built = buildMetainfo(made);
      expect(encode(decode(built).value)).toEqual(built);
      const { announce, ...rest } = made;
      expect(parseMetainfo(built)).toMatchObject({ ok: true, metainfo: { ...rest, announce: [announce] } });
    }),
  );
});

test("another tracker leaves the info-hash alone and drops all that is foreign", () => {
  const odd = bytes(`d7:comment1:c4:infod4:name1:x6:lengthi1ee5:nodesle8:url-list3:u:/e`);
  const changed = withAnnounce(odd, "http://127.0.0.1:1/announce");
  expect(changed).toEqual(bytes("d8:announce27:http://127.0.0.1:1/announce4:infod4:name1:x6:lengthi1eee"));
  expect(() => withAnnounce(bytes("de"), "x")).toThrowError(RangeError);
});

test("T18: a torrent with any byte changed is judged, never thrown at", () => {
  const seed = torrent({ ...folder, private: 1 }, { announce: "http://t" });
  const edit = fc.tuple(fc.nat(seed.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const input = seed.slice();
      for (const [at, byte] of edits) input[at] = byte;
      expect(typeof parseMetainfo(input).ok).toBe("boolean");
    }),
    { numRuns: 1000 },
  );
});

function sha1(data: Uint8Array): string {
  return createHash("sha1").update(data).digest("hex");
}
