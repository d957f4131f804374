import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journalLine } from "../api/journal.ts";
import { toController, toNode } from "../api/node.ts";
import { labStatus } from "../api/status.ts";
import { openJournal } from "../controller/journal.ts";
import { LabError } from "../errors.ts";
import wireBencode from "../node/shims/bencode.ts";
import { makePlan } from "../plan/make-plan.ts";
import { noLiveChanges } from "../plan/plan.ts";
import { planText } from "../plan/text.ts";
import { loadProfile } from "../profile/load.ts";
import { BencodeError, decode, decodePrefix } from "../swarm/bencode.ts";
import { encode } from "../swarm/bencode-encode.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { apply, emptyModel } from "../swarm/model.ts";
import { sentence } from "../swarm/sentence.ts";
import { toStatus } from "../swarm/status.ts";
import { journalSeeds, torrentSeed } from "./seeds.ts";
import { outcomeOf, parseJson, type Target, textSeeds } from "./target.ts";

const nothing = async () => {};
const HASH = "a".repeat(40);

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

const goodProfiles = [
  "tracker: { interval: 10s }\nseeders: [ { count: 1, up: 2MiB/s } ]\nleechers: [ { count: 5, slots: 4, behaviour: poison } ]\n",
  "leechers:\n  - { name: helper, count: 1, seeds: ['*.iso'], fetches: [docs], link: { rate: 1MiB/s, delay: 50ms, loss: 2% } }\n",
  "overlay: true\nweb: true\n",
];
/** Eight lines that stand for ten million values. */
const billionLaughs = [..."bcdefgh"]
  .map((name, i) => `${name}: &${name} [${`*${"abcdefg"[i]}, `.repeat(10)}]\n`)
  .join("");
const oddProfiles = ["description: &a [1, 2]\nleechers: [*a]\n", "leechers: [\n", `a: &a [1]\n${billionLaughs}`];

/** Profile files: a usage error, or a profile that a plan can be made of. */
export const profileTarget: Target = {
  name: "profile",
  runs: "worker",
  good: textSeeds(...goodProfiles),
  others: textSeeds(...oddProfiles),
  tokens: [
    "seeders: ",
    "leechers: ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "count: ",
    "up: ",
    "1e308KiB/s",
    "name: ",
    "*a",
    "&a ",
    "<<: ",
    "!!binary ",
    "__proto__: ",
    "\t",
    "? ",
    "|\n",
    "seeds: ['**(', '!(a|b)']",
  ],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-"));
    const shipped = join(import.meta.dirname, "../../profiles");
    return {
      feed(input) {
        writeFileSync(join(folder, "mine.yaml"), input);
        try {
          const profile = loadProfile(["mine"], [folder, shipped]);
          if (groupSizes(profile) > 2000) return "large";
          return `good ${planText(makePlan({ ...planInput, profile })).length > 3}`;
        } catch (error) {
          if (error instanceof LabError && error.kind === "usage")
            return outcomeOf(error.message.replace(/^.*?: /, ""));
          throw error;
        }
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

function groupSizes({ seeders, leechers }: ReturnType<typeof loadProfile>): number {
  return [...seeders, ...leechers].reduce((sum, { count }) => sum + count, 0);
}

const planInput = {
  lab: "fuzz",
  run: "20260101-000000-abcd",
  runtime: "process",
  dir: "/lab",
  sources: "/lab/sources",
  torrents: [],
  ports: { controller: 1, tracker: 2, web: 3 },
  scale: {},
  live: noLiveChanges,
  folders: { runs: "/runs", secrets: "/secrets", data: "/data" },
} as const;

/** Lines of a journal, as a controller finds them on its disk: odd ones are left out, and the picture stays valid. */
export const journalTarget: Target = {
  name: "journal",
  runs: "worker",
  good: journalSeeds(),
  others: textSeeds("\n", '{"v":1,"run":"r","seq":1}\n'),
  tokens: [
    '{"v":1,"run":"r","seq":',
    '"type":"have"',
    '"node":"__proto__"',
    "null",
    "[]",
    "{}",
    "1e999",
    '"torrent":',
    '"bitfield":"ff"',
    "\n",
  ],
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "lab-fuzz-"));
    const path = join(folder, "journal.jsonl");
    return {
      async feed(input) {
        writeFileSync(path, input);
        const journal = await openJournal({ path, run: "r", onLine: () => {} });
        try {
          if (readFileSync(path).length > input.length) throw new Error("reading a journal made it longer");
        } finally {
          await journal.close();
        }
        return `${feedLines(input)} ${Math.min(journal.resumed.lines, 20)}`;
      },
      close: async () => rmSync(folder, { recursive: true }),
    };
  },
};

/** Lines that the schema takes: whatever they say, model, status and sentences go on. */
function feedLines(input: Uint8Array): string {
  const model = emptyModel();
  let [good, odd, said] = [0, 0, 0];
  for (const text of Buffer.from(input).toString().split("\n")) {
    const parsed = journalLine.safeParse(parseJson(text));
    if (parsed.success) good += 1;
    else if (text !== "") odd += 1;
    if (!parsed.success) continue;
    apply(model, parsed.data);
    const words = sentence(parsed.data, model);
    if (words !== undefined) said += 1;
    if (words !== undefined && /[\u0000-\u001f\u007f-\u009f]/.test(words))
      throw new Error(`a sentence has control characters: ${JSON.stringify(words)}`);
  }
  const options = { now: model.t, controllerUrl: null, connections: true };
  labStatus.parse(JSON.parse(JSON.stringify(toStatus(model, options))));
  return `${odd === 0 ? "good" : "refused"}: ${Math.min(good, 20)} lines, ${Math.min(odd, 20)} odd, ${Math.min(said, 20)} said,`;
}

/** Messages between node and controller: the schema takes them or not. */
export const messageTarget: Target = {
  name: "node-message",
  runs: "worker",
  good: textSeeds(
    `{"type":"hello","node":"leecher-1","role":"leecher","client":"x","peerId":"${HASH}","port":1,"token":"t"}`,
    `{"type":"facts","facts":[{"type":"have","torrent":"${HASH}","piece":1,"from":[{"peer":"b","bytes":1}]}]}`,
    `{"type":"facts","facts":[{"type":"torrent","torrent":"${HASH}","state":"downloading","bitfield":"f0"}]}`,
    `{"type":"sample","memory":1,"load":0,"torrents":[{"torrent":"${HASH}","downloaded":1,"uploaded":1,"wasted":1,"left":1,"connected":1,"peers":[["x",1,1,"D"]]}]}`,
    `{"type":"welcome","node":"leecher-1","settings":{"interval":5},"torrents":[{"infoHash":"${HASH}","duty":"seed"}]}`,
    '{"type":"command","id":1,"command":{"type":"settings","settings":{"up":1,"down":null,"slots":4,"strategy":"rarest","endgame":true,"superSeeding":true,"maxPeers":5}}}',
  ),
  others: textSeeds("[]", '{"type":"facts","facts":[{}]}'),
  tokens: ['"type":', "null", "[]", "{}", "1e999", '"__proto__":', '"facts":'],
  open: async () => ({
    feed(input) {
      const value = parseJson(Buffer.from(input).toString());
      const [up, down] = [toController.safeParse(value), toNode.safeParse(value)];
      if (up.success || down.success) return `good ${up.data?.type ?? down.data?.type}`;
      return outcomeOf(value === undefined ? "not JSON" : (up.error?.issues[0]?.path.join(".") ?? ""));
    },
    close: nothing,
  }),
};
