import wireBencode from "../node/shims/bencode.ts";
import { BencodeError, decode, decodePrefix } from "../swarm/bencode.ts";
import { encode } from "../swarm/bencode-encode.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { torrentSeed } from "./seeds.ts";
import { nothing, outcomeOf, type Target, textSeeds } from "./target.ts";

/** Our decoder, and its stand-in for the npm package: refuse with `BencodeError`, or give back the same bytes. */
export const bencodeTarget: Target = {
  name: "bencode",
  runs: "worker",
  good: textSeeds("i-42e", "4:spam", "l4:spami0ee", "d3:bar4:spam3:fooi42ee", "d9:__proto__d1:xi1eee"),
  others: textSeeds("d1:ml-3:eee", "i-0e", "04:spam"),
  tokens: ["i", "e", "l", "d", ":", "-3:", "0:", "99999999999:", "i-0e", "1:", "d1:a", "le", "de"],
  open: async () => ({ feed: feedBencode, close: nothing }),
};

function feedBencode(input: Uint8Array): string {
  try {
    wireBencode.decode(input);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RangeError || error instanceof TypeError) throw error;
  }
  try {
    decodePrefix(input);
    const { value, unordered, duplicate } = decode(input);
    if (unordered || duplicate !== undefined) return "odd";
    if (!Buffer.from(encode(value)).equals(input)) throw new Error("encode(decode(x)) is not x");
    return "good";
  } catch (error) {
    if (error instanceof BencodeError) return outcomeOf(error.message);
    throw error;
  }
}

/** .torrent files: a reason, or a torrent whose files lie in its own folder and whose pieces add up. */
export const torrentTarget: Target = {
  name: "torrent",
  runs: "worker",
  good: [torrentSeed({ files: 1 }), torrentSeed({ files: 3 }), torrentSeed({ files: 3, length: 100 })],
  others: [],
  tokens: [
    "4:name",
    "5:files",
    "4:path",
    "6:lengthi",
    "12:piece lengthi",
    "6:pieces",
    "2:..",
    "1:/",
    "0:",
    "i-1e",
    "7:privatei1e",
  ],
  open: async () => ({ feed: feedTorrent, close: nothing }),
};

function feedTorrent(input: Uint8Array): string {
  const result = parseMetainfo(input);
  if (!result.ok) return outcomeOf(result.reason);
  const { files, length, pieceLength, pieceCount } = result.metainfo;
  for (const { path } of files)
    for (const part of path)
      if (part === "" || part === "." || part === ".." || /[/\0]/.test(part))
        throw new Error(`path ${JSON.stringify(path)}`);
  if (files.some((file) => file.length < 0)) throw new Error("a file has less than no bytes");
  const sum = files.reduce((all, file) => all + file.length, 0);
  if (sum !== length || pieceCount !== Math.ceil(length / pieceLength)) throw new Error("its lengths do not add up");
  return `good with ${Math.min(files.length, 3)} files`;
}
