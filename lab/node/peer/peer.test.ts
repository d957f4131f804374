import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { TorrentOrder } from "../../api/node.ts";
import { usualSettings } from "../../api/words.ts";
import { eventually } from "../../eventually.fixture.ts";
import { canMount, seededBytes, startTestSwarm, type TestPeer, type TestTorrent, writeFiles } from "./test-swarm.ts";

const seed = ({ infoHash }: TestTorrent): TorrentOrder[] => [{ infoHash, duty: "seed" }];
const fetch = ({ infoHash }: TestTorrent): TorrentOrder[] => [{ infoHash, duty: "fetch" }];

test("one seeder and three leechers: every byte arrives, and what they report adds up", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1_000_003), { pieceLength: 32 * 1024 });
  const { infoHash } = torrent;
  const seeder = await swarm.start({
    name: "seeder",
    orders: seed(torrent),
    sources: swarm.source(torrent),
    settings: { up: 700_000, slots: 1 },
  });
  const names = ["a", "b", "c"];
  const settings = { up: 1_000_000 };
  const leechers = await Promise.all(names.map((name) => swarm.start({ name, orders: fetch(torrent), settings })));
  await Promise.all(leechers.map((leecher) => leecher.state(infoHash, "seeding")));

  for (const leecher of leechers) {
    expect(leecher.downloaded(torrent)).toEqual(torrent.files);
    const haves = leecher.of("have");
    expect(new Set(haves.map(({ piece }) => piece)).size).toBe(torrent.pieceCount);
    for (const { piece, from } of haves)
      expect(sum(from.map(({ bytes }) => bytes))).toBe(Math.min(32 * 1024, torrent.length - piece * 32 * 1024));
  }
  for (const peer of [seeder, ...leechers]) expectOneConnectionEach(peer);
  expect(mostUnchoked(seeder)).toBe(1);
  await vi.waitFor(() => expectBalanced([seeder, ...leechers], infoHash), { timeout: 5000 });
  expect(leechers.map((leecher) => leecher.sampled(infoHash)?.left)).toEqual([0, 0, 0]);
  const completed = swarm.trackerFacts.filter((fact) => fact.type === "announce" && fact.event === "completed");
  expect(completed.map((fact) => "peer" in fact && fact.peer).sort()).toEqual(leechers.map((l) => l.peerId).sort());
  expect(leechers.flatMap((leecher) => leecher.of("hash-failed"))).toEqual([]);

  expect(await seeder.stop()).toBe(0);
  const stopped = swarm.trackerFacts.findLast((fact) => fact.type === "announce" && fact.peer === seeder.peerId);
  expect(stopped).toMatchObject({ event: "stopped", left: 0 });
});

test("an only seed that shows each peer other pieces sends hardly any of them twice", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 2_000_000));
  const { infoHash } = torrent;
  const sources = swarm.source(torrent);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources, settings: { up: 400_000 } });
  const names = ["a", "b", "c", "d", "e"];
  const settings = { up: 400_000 };
  const leechers = await Promise.all(names.map((name) => swarm.start({ name, orders: fetch(torrent), settings })));
  await Promise.all(leechers.map((leecher) => leecher.state(infoHash, "seeding")));
  for (const leecher of leechers) expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  await vi.waitFor(() => expectBalanced([seeder, ...leechers], infoHash), { timeout: 5000 });
  expect(seeder.sampled(infoHash)?.uploaded).toBeLessThan(1.5 * torrent.length);
});

test("two seeds hide nothing: a peer gets each piece from either", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1_000_000));
  const sources = swarm.source(torrent);
  const seeders = await Promise.all(
    ["one", "two"].map((name) => swarm.start({ name, orders: seed(torrent), sources, settings: { up: 150_000 } })),
  );
  for (const seeder of seeders)
    await vi.waitFor(() => expect(seeder.of("tracker-answer").at(-1)).toMatchObject({ complete: 2 }), 10_000);
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await leecher.state(torrent.infoHash, "seeding");
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  for (const seeder of seeders)
    await vi.waitFor(() => expect(seeder.sampled(torrent.infoHash)?.uploaded).toBeGreaterThan(0), 5000);
});

/** Of every pair, one side sent as much as the other received, and connections add up to the torrent's totals. */
function expectBalanced(peers: readonly TestPeer[], infoHash: string): void {
  const table = new Map(peers.map((peer) => [peer.peerId, pairTotals(peer, infoHash)]));
  for (const peer of peers) {
    const pairs = table.get(peer.peerId);
    expect(sum([...(pairs?.values() ?? [])].map(([down]) => down))).toBe(peer.sampled(infoHash)?.downloaded);
    for (const [other, [down, up]] of pairs ?? []) expect(table.get(other)?.get(peer.peerId)).toEqual([up, down]);
    const useful = (peer.sampled(infoHash)?.downloaded ?? 0) - (peer.sampled(infoHash)?.wasted ?? 0);
    expect(useful).toBe(sum(peer.of("have").flatMap(({ from }) => from.map(({ bytes }) => bytes))));
  }
}

function expectOneConnectionEach(peer: TestPeer): void {
  const open = new Set<string>();
  for (const fact of peer.facts) {
    if (fact.type === "peer-left") expect(open.delete(fact.peer)).toBe(true);
    if (fact.type !== "peer-connected") continue;
    expect(open).not.toContain(fact.peer);
    open.add(fact.peer);
  }
  expect(open.size).toBe(3);
}

/** Peers that want data and get it, at the sample with most of them. */
function mostUnchoked({ samples }: TestPeer): number {
  const flags = new Map<string, string>();
  return Math.max(
    ...samples.map(({ torrents }) => {
      for (const [peer, , , now] of torrents.flatMap(({ peers }) => peers)) flags.set(peer, now);
      return [...flags.values()].filter((now) => now.includes("U")).length;
    }),
  );
}

function pairTotals(peer: TestPeer, infoHash: string): Map<string, [number, number]> {
  const totals = new Map<string, [number, number]>();
  for (const { torrents } of peer.samples)
    for (const { torrent, peers } of torrents)
      if (torrent === infoHash) for (const [other, down, up] of peers) totals.set(other, [down, up]);
  return totals;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const oddNames = {
  "a*b.txt": seededBytes("1", 20_000),
  "a:b?.txt": seededBytes("2", 30_000),
  "empty.txt": Buffer.alloc(0),
  "deep/er/ümlaut 😀 $HOME.txt": seededBytes("3", 5),
  "deep/e\u0301 -rf\n": Buffer.alloc(0),
  "zzz.empty": Buffer.alloc(0),
};

test("a folder with odd names and empty files arrives as it is", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("odd: *names*", oddNames);
  await swarm.start({ name: "seeder", orders: seed(torrent), sources: swarm.source(torrent) });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await leecher.state(torrent.infoHash, "seeding");
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  const report = await leecher.command({ type: "verify" });
  expect(report).toMatchObject([{ torrent: torrent.infoHash, complete: true, files: { length: 6 } }]);
});

test("who leaves a swarm still answers for the files that it has whole, and for no others", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 100_000));
  const lost = swarm.torrent("lost.bin", seededBytes("lost", 100_000));
  await swarm.start({ name: "seeder", orders: seed(torrent), sources: swarm.source(torrent) });
  const leecher = await swarm.start({ name: "leecher", orders: [...fetch(torrent), ...fetch(lost)] });
  await leecher.state(torrent.infoHash, "seeding");
  await leecher.command({ type: "torrents", torrents: [] });
  await Promise.all([leecher.state(torrent.infoHash, "retired"), leecher.state(lost.infoHash, "retired")]);
  expect(await leecher.command({ type: "verify" })).toMatchObject([
    { torrent: torrent.infoHash, complete: true, files: [{ path: "film.bin", length: 100_000 }] },
    { torrent: lost.infoHash, complete: false, files: [] },
  ]);
});

test.runIf(canMount)("seeds from a read-only mount", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("odd", oddNames);
  const before = 'mount --bind "$SOURCES" "$SOURCES"; mount -o remount,bind,ro "$SOURCES"; ! touch "$SOURCES/x"';
  const sources = swarm.source(torrent);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources, before });
  await seeder.state(torrent.infoHash, "seeding");
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await leecher.state(torrent.infoHash, "seeding");
});

test("three hundred files pass with few open at a time", async () => {
  await using swarm = await startTestSwarm();
  const files = Array.from({ length: 300 }, (_, i) => [
    `${i % 7}/${i}.txt`,
    seededBytes(`${i}`, 1 + ((i * 37) % 3000)),
  ]);
  const torrent = swarm.torrent("many", Object.fromEntries(files));
  const before = "ulimit -n 48";
  const sources = swarm.source(torrent);
  await swarm.start({ name: "seeder", orders: seed(torrent), sources, before });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent), before });
  await leecher.state(torrent.infoHash, "seeding");
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
});

test("a peer seeds one entry and fetches another, of one byte", async () => {
  await using swarm = await startTestSwarm();
  const one = swarm.torrent("one", Buffer.from("1"));
  const two = swarm.torrent("two", seededBytes("two", 100_000));
  const a = await swarm.start({ name: "a", orders: [...seed(one), ...fetch(two)], sources: swarm.source(one) });
  const b = await swarm.start({ name: "b", orders: [...seed(two), ...fetch(one)], sources: swarm.source(two) });
  await Promise.all([a.state(two.infoHash, "seeding"), b.state(one.infoHash, "seeding")]);
  expect(a.downloaded(two)).toEqual(two.files);
  expect(b.downloaded(one)).toEqual(one.files);
});

test.each(["folder", "file"])("a link planted as a %s in the download folder is not followed", async (kind) => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("docs", { "sub/a.txt": seededBytes("a", 40_000) });
  await swarm.start({ name: "seeder", orders: seed(torrent), sources: swarm.source(torrent) });
  const data = join(swarm.folder, "planted");
  const canary = join(swarm.folder, "canary");
  mkdirSync(canary);
  writeFileSync(join(canary, "a.txt"), "mine");
  mkdirSync(join(data, torrent.infoHash, "docs", ...(kind === "file" ? ["sub"] : [])), { recursive: true });
  const [from, to] = kind === "file" ? ["docs/sub/a.txt", "a.txt"] : ["docs/sub", ""];
  symlinkSync(join(canary, to ?? ""), join(data, torrent.infoHash, from ?? ""));

  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent), data });
  expect(await leecher.state(torrent.infoHash, "error")).toMatchObject({ error: expect.stringContaining("docs/sub") });
  expect(readFileSync(join(canary, "a.txt"), "utf8")).toBe("mine");
  expect(readdirSync(canary)).toEqual(["a.txt"]);
  expect(leecher.running()).toBe(true);
});

test("a leecher that was killed fetches only what is missing", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 2_000_000));
  const { infoHash } = torrent;
  const sources = swarm.source(torrent);
  await swarm.start({ name: "seeder", orders: seed(torrent), sources, settings: { up: 1_000_000 } });
  const first = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await vi.waitFor(() => expect(first.of("have").length).toBeGreaterThan(torrent.pieceCount / 2), { timeout: 10_000 });
  await first.stop("SIGKILL");
  const had = first.of("have").length;

  const second = await swarm.start({ name: "leecher", orders: fetch(torrent), data: first.data });
  await second.state(infoHash, "seeding");
  expect(second.downloaded(torrent)).toEqual(torrent.files);
  expect(second.of("have").length).toBeLessThanOrEqual(torrent.pieceCount - had);
});

test("a source that differs from its torrent is not seeded, until it is put right", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("docs", { "a.txt": seededBytes("a", 40_000), "b.txt": seededBytes("b", 40_000) });
  const { infoHash } = torrent;
  const sources = swarm.source(torrent);
  const path = join(sources, "docs/b.txt");
  const right = readFileSync(path);
  const wrong = Buffer.from(right);
  wrong[20_000] = (wrong[20_000] ?? 0) ^ 1;
  writeFileSync(path, wrong);

  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources });
  const { error } = await seeder.state(infoHash, "error");
  expect(error).toBe("source changed since its torrent was made: run lab retorrent: docs/b.txt (piece 3)");
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await vi.waitFor(() => expect(leecher.of("tracker-answer").length).toBeGreaterThan(1), { timeout: 10_000 });
  expect(leecher.of("tracker-answer").at(-1)).toMatchObject({ complete: 0, incomplete: 1 });

  writeFileSync(path, right);
  await leecher.state(infoHash, "seeding", 20_000);
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  await seeder.state(infoHash, "seeding");
  writeFileSync(path, wrong.subarray(1));
  expect((await seeder.state(infoHash, "error")).error).toContain("docs/b.txt has another size");
  expect(swarm.trackerFacts.findLast((fact) => fact.type === "announce" && fact.peer === seeder.peerId)).toMatchObject({
    event: "stopped",
  });
}, 40_000);

test("a source whose file another one takes the place of is looked at anew, when that is right and when it is wrong", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("docs", { "a.txt": seededBytes("a", 40_000), "b.txt": seededBytes("b", 40_000) });
  const { infoHash } = torrent;
  const sources = swarm.source(torrent);
  const path = join(sources, "docs/b.txt");
  const right = readFileSync(path);
  const wrong = Buffer.from(right).fill(0, 20_000, 20_001);
  const replace = (bytes: Buffer) => {
    writeFileSync(`${path}.new`, bytes);
    renameSync(`${path}.new`, path);
  };
  replace(wrong);

  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources });
  await seeder.state(infoHash, "error");
  replace(right);
  await seeder.state(infoHash, "seeding");
  replace(wrong);
  expect((await seeder.state(infoHash, "error")).error).toContain("docs/b.txt (piece 3)");
  replace(right);
  await seeder.state(infoHash, "seeding");
}, 40_000);

test.runIf(canMount)(
  "a full disk stops the download, not the peer: it serves what it has, and goes on",
  async () => {
    await using swarm = await startTestSwarm();
    const torrent = swarm.torrent("film.bin", seededBytes("film", 2_000_000));
    const { infoHash } = torrent;
    const sources = swarm.source(torrent);
    const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources });
    const before = [
      'mount -t tmpfs -o size=3m tmpfs "$DATA"; head -c 2M /dev/zero >"$DATA/filler"',
      // Nobody else sees this disk: who made it makes room when told to.
      '(while kill -0 $$ && [ ! -e "$DATA-room" ]; do sleep 0.05; done; rm -f "$DATA/filler") &',
    ].join("\n");
    const full = await swarm.start({ name: "full", orders: fetch(torrent), before });
    expect((await full.state(infoHash, "error")).error).toBe("disk full");
    const had = full.of("have").length;
    expect(had).toBeGreaterThan(10);
    await eventually(() => expect(full.of("not-interested")).toHaveLength(1));

    await seeder.stop("SIGKILL");
    const other = await swarm.start({ name: "other", orders: fetch(torrent) });
    await vi.waitFor(() => expect(other.of("have").length).toBe(full.of("have").length), { timeout: 15_000 });
    expect(full.running()).toBe(true);
    // The short last piece may fit where a whole one does not.
    const problems = full.of("torrent").filter(({ state }) => state === "error");
    expect(new Set(problems.map(({ error }) => error))).toEqual(new Set(["disk full"]));

    writeFileSync(`${full.data}-room`, "");
    await swarm.start({ name: "again", orders: seed(torrent), sources });
    await full.state(infoHash, "seeding", 20_000);
  },
  40_000,
);

test("settings are applied while it runs: 0 freezes, null frees, slots choke", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1_500_000));
  const settings = { ...usualSettings, up: 0 };
  const sources = swarm.source(torrent);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources, settings });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await vi.waitFor(() => expect(seeder.of("tracker-answer").at(-1)).toMatchObject({ incomplete: 1 }), 10_000);
  expect(leecher.of("have")).toEqual([]);

  await seeder.command({ type: "settings", settings: { ...settings, up: 100_000 } });
  await vi.waitFor(() => expect(leecher.of("have").length).toBeGreaterThan(1), 10_000);
  await seeder.command({ type: "settings", settings: { ...settings, up: 100_000, slots: 0 } });
  await vi.waitFor(() => expect(seeder.of("choke")).toMatchObject([{ peer: leecher.peerId }]), 10_000);
  await seeder.command({ type: "settings", settings: { ...settings, up: null, strategy: "sequential" } });
  await leecher.state(torrent.infoHash, "seeding");
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
});

test("a much lower limit of what comes down, set in the middle of a transfer, ends no connection", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 2_000_000));
  const { infoHash } = torrent;
  const names = ["one", "two"];
  for (const name of names) await swarm.start({ name, orders: seed(torrent), sources: swarm.source(torrent) });
  const settings = { ...usualSettings, down: 700_000 };
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent), settings });
  const have = (pieces: number) =>
    vi.waitFor(() => expect(leecher.of("have").length).toBeGreaterThanOrEqual(pieces), {
      timeout: 15_000,
      interval: 5,
    });
  await have(10);
  await leecher.command({ type: "settings", settings: { ...settings, down: 20_000 } });
  await have(leecher.of("have").length + 3);
  expect(leecher.of("have").length).toBeLessThan(torrent.pieceCount / 2);
  await leecher.command({ type: "settings", settings: { ...settings, down: null } });
  await leecher.state(infoHash, "seeding");
  expect(leecher.of("peer-left")).toEqual([]);
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
}, 40_000);

test("a cut ends connections and refuses new ones from both sides, and heals", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1_500_000));
  const { infoHash } = torrent;
  const sources = swarm.source(torrent);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources, settings: { up: 300_000 } });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await vi.waitFor(() => expect(leecher.of("have").length).toBeGreaterThan(40), 10_000);
  await seeder.command({ type: "cut", peers: [leecher.peerId] });
  await leecher.state(infoHash, "waiting");
  await eventually(() => expect(seeder.of("peer-left").at(-1)).toMatchObject({ peer: leecher.peerId, reason: "cut" }));
  const answers = leecher.of("tracker-answer").length;
  await vi.waitFor(() => expect(leecher.of("tracker-answer").length).toBeGreaterThan(answers + 1), 10_000);
  const arrived = leecher.sampled(infoHash)?.downloaded ?? 0;
  expect(Math.abs((seeder.sampled(infoHash)?.uploaded ?? 0) - arrived)).toBeLessThan(64 * 1024);
  expect(seeder.of("peer-connected")).toHaveLength(1);
  expect(leecher.of("torrent").at(-1)?.state).toBe("waiting");

  await seeder.command({
    type: "settings",
    settings: { ...usualSettings, maxPeers: 9 },
  });
  await seeder.command({ type: "cut", peers: [] });
  await leecher.state(infoHash, "seeding");
});

test("a retired torrent leaves its swarm and keeps its files, a new one is started", async () => {
  await using swarm = await startTestSwarm();
  const old = swarm.torrent("film.bin", seededBytes("old", 100_000));
  const next = swarm.torrent("film.bin", seededBytes("new", 100_000));
  const seeder = await swarm.start({ name: "seeder", orders: seed(old), sources: swarm.source(old) });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(old) });
  await leecher.state(old.infoHash, "seeding");
  await leecher.command({ type: "torrents", torrents: fetch(next) });
  await leecher.state(old.infoHash, "retired");
  await eventually(() => expect(seeder.of("peer-left")).toHaveLength(1));
  const last = swarm.trackerFacts.findLast((fact) => fact.type === "announce" && fact.torrent === old.infoHash);
  expect(last).toMatchObject({ event: "stopped", peer: leecher.peerId, downloaded: 100_000, left: 0 });
  await leecher.state(next.infoHash, "waiting");
  const other = await swarm.start({ name: "other", orders: seed(next), sources: swarm.source(next) });
  await other.state(next.infoHash, "seeding");
  await leecher.state(next.infoHash, "seeding");
  expect(leecher.downloaded(old)).toEqual(old.files);
  expect(leecher.downloaded(next)).toEqual(next.files);
});

test("of torrents that were retired a peer remembers the last few", async () => {
  await using swarm = await startTestSwarm();
  const torrents = Array.from({ length: 8 }, (_, i) => swarm.torrent(`film-${i}.bin`, seededBytes(`film ${i}`, 1000)));
  const leecher = await swarm.start({ name: "leecher", orders: [] });
  for (const torrent of torrents) {
    await leecher.command({ type: "torrents", torrents: fetch(torrent) });
    await leecher.state(torrent.infoHash, "waiting");
  }
  const told = await leecher.reconnect(torrents.slice(-1).flatMap((torrent) => fetch(torrent)));
  const known = () => new Set(told.flatMap((fact) => (fact.type === "torrent" ? [fact.torrent] : [])));
  await eventually(() => expect(known()).toEqual(new Set(torrents.slice(-5).map(({ infoHash }) => infoHash))));
});

test("of torrents that were retired a peer keeps the last few downloads; one that is wanted again is fetched anew", async () => {
  await using swarm = await startTestSwarm();
  const films = Array.from({ length: 6 }, (_, i) => swarm.torrent(`film-${i}.bin`, seededBytes(`film ${i}`, 1000)));
  const sources = join(swarm.folder, "films");
  for (const film of films) writeFiles(sources, film);
  await swarm.start({ name: "seeder", orders: films.flatMap(seed), sources });
  const leecher = await swarm.start({ name: "leecher", orders: [] });
  for (const film of films) {
    await leecher.command({ type: "torrents", torrents: fetch(film) });
    await leecher.state(film.infoHash, "seeding");
  }
  const [first, ...others] = films;
  if (!first) throw new Error("no film");
  await vi.waitFor(() => expect(existsSync(join(leecher.data, first.infoHash))).toBe(false), 5000);
  for (const film of others) expect(leecher.downloaded(film)).toEqual(film.files);
  await leecher.command({ type: "torrents", torrents: fetch(first) });
  await leecher.state(first.infoHash, "seeding");
  expect(leecher.downloaded(first)).toEqual(first.files);
});

test("a peer that leaves the swarm or stops keeps all that it has", async () => {
  await using swarm = await startTestSwarm();
  const films = Array.from({ length: 6 }, (_, i) => swarm.torrent(`film-${i}.bin`, seededBytes(`film ${i}`, 1000)));
  const sources = join(swarm.folder, "films");
  for (const film of films) writeFiles(sources, film);
  await swarm.start({ name: "seeder", orders: films.flatMap(seed), sources });
  const start = async (name: string) => {
    const leecher = await swarm.start({ name, orders: films.flatMap(fetch) });
    for (const film of films) await leecher.state(film.infoHash, "seeding");
    return leecher;
  };
  const leaves = await start("leaves");
  await leaves.command({ type: "torrents", torrents: [] });
  for (const film of films) await leaves.state(film.infoHash, "retired");
  const stops = await start("stops");
  expect(await stops.stop()).toBe(0);
  for (const film of films) for (const leecher of [leaves, stops]) expect(leecher.downloaded(film)).toEqual(film.files);
});

test("listens on and talks from 127.0.0.1 only", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 100_000));
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources: swarm.source(torrent) });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await leecher.state(torrent.infoHash, "seeding");
  for (const peer of [seeder, leecher]) {
    const sockets = socketsOf(peer.pid);
    expect(sockets.length).toBeGreaterThan(2);
    for (const { table, local } of sockets) expect([table, local]).toEqual(["tcp", "0100007F"]);
  }
});

function socketsOf(pid: number): { table: string; local: string }[] {
  const links = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return [];
    }
  });
  const inodes = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ""))
      .map((fields) => ({ table, local: (fields[1] ?? "").split(":")[0] ?? "" })),
  );
}
