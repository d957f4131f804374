import { createHash } from "node:crypto";
import { usualSettings } from "../api/words.ts";
import { buildMetainfo } from "../swarm/metainfo-build.ts";

const LENGTH = 50_000;

/** A good .torrent file. @param length of each file in bytes. */
export function torrentSeed({ files, length = LENGTH }: { files: number; length?: number }): Uint8Array {
  const pieceLength = 16_384;
  const pieces = Buffer.concat(
    Array.from({ length: Math.ceil((files * length) / pieceLength) }, (_, i) =>
      createHash("sha1").update(`${i}`).digest(),
    ),
  );
  const name = "film";
  return buildMetainfo({
    name,
    shape: files === 1 ? "file" : "folder",
    files: Array.from({ length: files }, (_, i) => ({
      path: files === 1 ? [name] : [name, `part ${i}`],
      length,
      offset: i * length,
      pad: false,
    })),
    pieceLength,
    pieces,
    private: true,
    announce: "http://127.0.0.1:6969/announce",
  });
}

const HASH = "a".repeat(40);
const knobs = { ...usualSettings, up: 1 };
const film = { name: "film", infoHash: HASH, length: 100_000, pieceLength: 16_384, pieceCount: 7, source: "film" };
const node = (name: string, role: string) => ({
  ...{ node: name, role, group: role, settings: role === "tracker" ? { interval: 10 } : knobs },
  ...{ seeds: role === "seeder" ? [HASH] : [], fetches: role === "leecher" ? [HASH] : [] },
});
const about = { torrent: HASH, peer: "seeder-1" };

const story: readonly [string, object][] = [
  [
    "controller",
    {
      ...{ type: "run", lab: "test", runtime: "process", profile: "default", startedAt: "2026-01-01T00:00:00Z" },
      tracker: { kind: "bittorrent-tracker", url: "http://127.0.0.1:6969/announce", interval: 10 },
      torrents: [film],
      nodes: [node("tracker", "tracker"), node("seeder-1", "seeder"), node("leecher-1", "leecher")],
    },
  ],
  ["seeder-1", { type: "node", state: "running", role: "seeder", client: "x", peerId: "b".repeat(40) }],
  ["leecher-1", { type: "node", state: "running", role: "leecher", client: "x" }],
  ["controller", { type: "release", nodes: ["leecher-1"] }],
  ["seeder-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "fe" }],
  ["leecher-1", { type: "torrent", torrent: HASH, state: "downloading", bitfield: "00" }],
  ["leecher-1", { type: "peer-connected", ...about, address: "127.0.0.1:1", incoming: false }],
  ["leecher-1", { type: "interested", ...about }],
  ["leecher-1", { type: "have", torrent: HASH, piece: 3, from: [{ peer: "seeder-1", bytes: 16_384 }] }],
  ["leecher-1", { type: "hash-failed", torrent: HASH, piece: 4, from: [{ peer: "seeder-1", bytes: 16_384 }] }],
  ["leecher-1", { type: "banned", ...about, pieces: 1, seconds: 60 }],
  ["leecher-1", { type: "peer-left", ...about, reason: "banned" }],
  [
    "leecher-1",
    {
      ...{ type: "sample", memory: 1, load: 0.5 },
      torrents: [
        {
          ...{ torrent: HASH, downloaded: 1, uploaded: 2, wasted: 0, left: 3, connected: 1 },
          peers: [["seeder-1", 1, 2, "D"]],
        },
      ],
    },
  ],
  ["leecher-1", { type: "tracker-answer", torrent: HASH, complete: 1, incomplete: 1, interval: 10 }],
  ["controller", { type: "command", command: "cut", detail: { sides: [["seeder-1"], ["leecher-1"]] }, ok: true }],
  ["leecher-1", { type: "settings", settings: { ...knobs, behaviour: "poison" } }],
  ["controller", { type: "torrent-retired", torrent: HASH }],
];

/** A whole journal, and its lines one by one after the first. */
export function journalSeeds(): Uint8Array[] {
  const lines = story.map(([name, body], i) =>
    JSON.stringify({ v: 1, run: "r", seq: i + 1, t: i, node: name, ...body }),
  );
  const all = Buffer.from(`${lines.join("\n")}\n`);
  return [
    all,
    ...lines.slice(1).map((line, i) => Buffer.from(`${lines[0]}\n${line.replace(/"seq":\d+/, `"seq":${i + 2}`)}\n`)),
  ];
}
