import fc from "fast-check";
import { expect, test } from "vitest";
import type { ConnectionSample } from "../../api/facts.ts";
import type { JournalLine } from "../../api/journal.ts";
import { hostileLine } from "../testing/arbitrary-lines.ts";
import { playPicture } from "../testing/played-picture.ts";
import { simulateSwarm } from "../testing/simulated-swarm.ts";
import { batchWriter, readBatch } from "./batch.ts";
import { LONGEST } from "./history.ts";
import { packPicture, unpackPicture } from "./pack.ts";
import { emptyPicture, MARKS, type Picture, takeLine } from "./picture.ts";

test("a tab that gets batches has the picture of one that folds the journal itself, whatever is in the journal", () => {
  const journals = fc.array(hostileLine, { maxLength: 120 }).map(numbered);
  fc.assert(
    fc.property(journals, fc.nat(120), fc.integer({ min: 1, max: 30 }), (lines, joinsAt, batchSize) => {
      expect(throughBatches(lines, joinsAt, batchSize)).toEqual(folded(lines));
    }),
    { numRuns: 300 },
  );
});

test("the same with a swarm that downloads for a minute", () => {
  const lines = swarmLines(60);
  expect(throughBatches(lines, 0, 25)).toEqual(folded(lines));
  expect(throughBatches(lines, 500, 7)).toEqual(folded(lines));
});

test("the same with a sample that names a peer twice, or a torrent", () => {
  const run = swarmLines(0).find((line) => line.type === "run");
  if (run?.type !== "run") throw new Error("the swarm has no run line");
  const torrent = run.torrents[0]?.infoHash ?? "";
  const counters = { torrent, downloaded: 9, uploaded: 0, wasted: 0, left: 0, connected: 1 };
  const [open, closed]: [ConnectionSample, ConnectionSample] = [
    ["seeder-1", 9, 0, "D"],
    ["seeder-1", 0, 0, ""],
  ];
  const sample = (torrents: object[]) => ({ node: "leecher-1", type: "sample", memory: null, load: 0, torrents });
  const lines = numbered([
    run,
    sample([{ ...counters, peers: [open] }]),
    sample([{ ...counters, peers: [closed, open] }]),
    sample([
      { ...counters, downloaded: 0, peers: [closed] },
      { ...counters, peers: [open] },
    ]),
  ] as JournalLine[]);
  expect(throughBatches(lines, 1, 1)).toEqual(folded(lines));
});

test("a packed picture comes back whole", () => {
  const picture = folded(swarmLines(20));
  expect(unpackPicture(JSON.parse(JSON.stringify(packPicture(picture))))).toEqual(picture);
});

test("every piece of a finished leecher is known by its giver, and the marks end at the whole", () => {
  const lines = swarmLines(70);
  const picture = folded(lines);
  const [infoHash = ""] = Object.keys(picture.swarm.torrents);
  const codes = picture.provenance[infoHash]?.["leecher-1"] ?? new Uint8Array();
  const given = new Map<number, string>();
  for (const line of lines)
    if (line.type === "have" && line.torrent === infoHash && line.node === "leecher-1")
      given.set(line.piece, line.from[0]?.peer ?? "");
  expect([...codes].map((code) => picture.givers[code - 1])).toEqual(
    [...codes.keys()].map((piece) => given.get(piece)),
  );
  const marks = picture.marks[infoHash]?.["leecher-1"] ?? [];
  expect(marks).toHaveLength(MARKS);
  expect(marks.at(-1)).toBe(picture.swarm.nodes["leecher-1"]?.torrents[infoHash]?.completedAt);
});

test("a history of hours stays short and keeps its beginning and its end", () => {
  const picture = folded(swarmLines(5));
  const [last] = swarmLines(5).slice(-1);
  for (let t = 10; t < 7200; t += 1)
    takeLine(picture, { v: 1, run: "r", seq: 1e6 + t, t, node: "controller", type: "mark", text: `${t}` });
  const { times, up, copies } = picture.history;
  expect(times.length).toBeLessThanOrEqual(LONGEST);
  expect(times[0]).toBeLessThan(2);
  expect(times.at(-1)).toBeGreaterThan(7100);
  for (const series of [...Object.values(up), ...Object.values(copies)]) expect(series).toHaveLength(times.length);
  expect(last).toBeDefined();
});

test("a torrent that is forgotten and a node that is gone leave nothing behind", () => {
  const picture = folded(swarmLines(20));
  const run = swarmLines(0).find((line) => line.type === "run");
  if (run?.type !== "run") throw new Error("the swarm has no run line");
  takeLine(picture, { ...run, seq: 1e6, t: 100, nodes: run.nodes.filter(({ node }) => node !== "leecher-1") });
  expect(
    JSON.stringify(packPicture({ ...picture, givers: [], events: { story: [], chatter: [] } }).provenance),
  ).not.toContain("leecher-1");
  expect(Object.keys(picture.history.up)).not.toContain("leecher-1");
});

test("a giver has a colour also when hundreds came and went before it, and those who stay keep theirs", () => {
  const picture = folded(swarmLines(0));
  const run = swarmLines(0).find((line) => line.type === "run");
  if (run?.type !== "run") throw new Error("the swarm has no run line");
  const torrent = run.torrents[0]?.infoHash ?? "";
  const guest = run.nodes.find(({ node }) => node === "leecher-4") ?? run.nodes[0];
  let seq = 1e6;
  const take = (line: object) => takeLine(picture, { v: 1, run: "r", seq: ++seq, t: seq, ...line } as JournalLine);
  const giverOf = (piece: number) => picture.givers[(picture.provenance[torrent]?.["leecher-1"]?.[piece] ?? 0) - 1];
  const give = (piece: number, peer: string) =>
    take({ node: "leecher-1", type: "have", torrent, piece, from: [{ peer, bytes: 1 }] });
  give(0, "seeder-1");
  give(1, "stranger");
  for (let i = 0; i < 600; i += 1) {
    const node = `guest-${i}`;
    take({ ...run, seq: ++seq, t: seq, nodes: [...run.nodes, { ...guest, node }] });
    give(2, node);
    expect(giverOf(2)).toBe(node);
  }
  expect([giverOf(0), giverOf(1)]).toEqual(["seeder-1", "stranger"]);
});

test("a new peer with the name of one that is gone did not give what that one gave", () => {
  const { picture, torrent, run, add } = playPicture(0);
  const { infoHash } = torrent.info;
  const giverOf = (piece: number) => picture.givers[(picture.provenance[infoHash]?.["leecher-1"]?.[piece] ?? 0) - 1];
  const give = (piece: number) =>
    add("leecher-1", { type: "have", torrent: infoHash, piece, from: [{ peer: "leecher-4", bytes: 1 }] });
  give(0);
  add("controller", { ...run, nodes: run.nodes.filter(({ node }) => node !== "leecher-4") });
  expect(giverOf(0)).toBe("leecher-4");
  add("controller", run);
  give(1);
  expect([giverOf(0), giverOf(1)]).toEqual(["", "leecher-4"]);
});

function swarmLines(seconds: number): JournalLine[] {
  const swarm = simulateSwarm({ seed: 11, seeders: 1, leechers: 4, torrents: 2, pieces: 60, pieceLength: 1 << 18 });
  return [...swarm.start(), ...swarm.run(seconds)];
}

function numbered(bodies: readonly Omit<JournalLine, "seq" | "t">[]): JournalLine[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, t: index * 0.4 }) as JournalLine);
}

function folded(lines: readonly JournalLine[]): Picture {
  const picture = emptyPicture();
  for (const line of lines) takeLine(picture, line);
  return picture;
}

/** What the web node and a tab do between them, with everything as JSON on the way. */
function throughBatches(lines: readonly JournalLine[], joinsAt: number, batchSize: number): Picture {
  const server = folded(lines.slice(0, joinsAt));
  const tab = unpackPicture(JSON.parse(JSON.stringify(packPicture(server))));
  const writer = batchWriter();
  const deliver = () => {
    const batch = writer.take();
    if (batch) for (const line of readBatch(JSON.parse(JSON.stringify(batch)))) takeLine(tab, line);
  };
  for (const [index, line] of lines.slice(joinsAt).entries()) {
    writer.add(line, server.swarm);
    takeLine(server, line);
    if (index % batchSize === 0) deliver();
  }
  deliver();
  return tab;
}
