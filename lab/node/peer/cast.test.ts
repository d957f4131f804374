import { readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { TorrentOrder } from "../../api/node.ts";
import { usualSettings } from "../../api/words.ts";
import { seededBytes, startTestSwarm, type TestPeer, type TestTorrent } from "./test-swarm.ts";

const seed = ({ infoHash }: TestTorrent): TorrentOrder[] => [{ infoHash, duty: "seed" }];
const fetch = ({ infoHash }: TestTorrent): TorrentOrder[] => [{ infoHash, duty: "fetch" }];
const film = { pieceLength: 64 * 1024 };

test("S10: everybody completes beside a poisoner, who is banned by name, and nobody else is", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 4 << 20), film);
  const sources = swarm.source(torrent);
  const up = { up: 2 << 20 };
  const poisoner = await swarm.start({
    name: "poisoner",
    orders: seed(torrent),
    sources,
    settings: { ...up, behaviour: "poison" },
  });
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources, settings: up });
  const leechers = await Promise.all(
    ["a", "b", "c"].map((name) => swarm.start({ name, orders: fetch(torrent), settings: up })),
  );
  await Promise.all(leechers.map((leecher) => leecher.state(torrent.infoHash, "seeding", 60_000)));

  for (const leecher of leechers) expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  const banned = leechers.flatMap((leecher) => leecher.of("banned"));
  expect(new Set(banned.map(({ peer }) => peer))).toEqual(new Set([poisoner.peerId]));
  const left = leechers.flatMap((leecher) => leecher.of("peer-left")).filter(({ reason }) => reason?.includes("ban"));
  expect(left.map(({ peer }) => peer)).toContain(poisoner.peerId);
  expect(left[0]?.reason).toMatch(/^banned for \d+ s: sent \d+ corrupt pieces?$/);
  expect(seeder.of("banned")).toEqual([]);
  expect(uploaded(poisoner, torrent)).toBeGreaterThan(0);
}, 120_000);

test("S10: a poisoner that downloads spoils no copy, also when it shares pieces with honest ones", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 3 << 20), { pieceLength: 512 * 1024 });
  const settings = { up: 1 << 20 };
  await swarm.start({ name: "seeder", orders: seed(torrent), sources: swarm.source(torrent), settings });
  const poisoner = await swarm.start({
    name: "poisoner",
    orders: fetch(torrent),
    settings: { ...settings, behaviour: "poison" },
  });
  const leechers = await Promise.all(
    ["a", "b", "c"].map((name) => swarm.start({ name, orders: fetch(torrent), settings })),
  );
  await Promise.all(leechers.map((leecher) => leecher.state(torrent.infoHash, "seeding", 90_000)));
  for (const leecher of leechers) {
    expect(leecher.downloaded(torrent)).toEqual(torrent.files);
    expect(leecher.of("banned").filter(({ peer }) => peer !== poisoner.peerId)).toEqual([]);
  }
}, 120_000);

test.concurrent("S12: with a silent peer and a slow one in the swarm a leecher completes, and the silent one times out", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 2 << 20), film);
  const sources = swarm.source(torrent);
  const bad = (name: string, behaviour: "silent" | "slow") =>
    swarm.start({ name, orders: seed(torrent), sources, settings: { behaviour } });
  const [silent, slow] = await Promise.all([bad("silent", "silent"), bad("slow", "slow")]);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources, settings: { up: 60_000 } });
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await leecher.state(torrent.infoHash, "seeding", 90_000);

  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  expect(flagsOf(leecher, silent).some((flags) => flags.includes("S"))).toBe(true);
  expect(leecher.of("peer-left")).toContainEqual(
    expect.objectContaining({ peer: silent.peerId, reason: "a request timed out" }),
  );
  expect(uploaded(silent, torrent)).toBe(0);
  expect(uploaded(slow, torrent)).toBeGreaterThan(0);
  expect(uploaded(slow, torrent)).toBeLessThan(uploaded(seeder, torrent) / 5);
}, 120_000);

test.concurrent("a freerider gets everything and gives nothing; told to be honest it gives", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1 << 20), film);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources: swarm.source(torrent) });
  const freerider = await swarm.start({
    name: "freerider",
    orders: fetch(torrent),
    settings: { behaviour: "freeride" },
  });
  await freerider.state(torrent.infoHash, "seeding");
  await seeder.stop();
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });
  await vi.waitFor(() => expect(leecher.of("interested")).toHaveLength(1), 10_000);
  expect([freerider.of("unchoke"), uploaded(freerider, torrent)]).toEqual([[], 0]);
  await freerider.command({ type: "settings", settings: { ...usualSettings, behaviour: "honest" } });
  await leecher.state(torrent.infoHash, "seeding");
}, 60_000);

test.concurrent("S09: bytes that rot on a seeder's disk reach no copy, are counted, and the seeder is believed again once whole", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1 << 20), film);
  const sources = swarm.source(torrent);
  const path = join(sources, "film.bin");
  const whole = readFileSync(path);
  const seeder = await swarm.start({ name: "seeder", orders: seed(torrent), sources });
  await seeder.state(torrent.infoHash, "seeding");
  const rotten = Buffer.from(whole);
  for (const piece of [2, 7, 11])
    rotten.writeUInt8(whole.readUInt8(piece * film.pieceLength) ^ 1, piece * film.pieceLength);
  writeFileSync(path, rotten);
  const leecher = await swarm.start({ name: "leecher", orders: fetch(torrent) });

  await vi.waitFor(() => expect(leecher.of("banned")).toMatchObject([{ peer: seeder.peerId, pieces: 1 }]), 15_000);
  const failed = leecher.of("hash-failed");
  expect([2, 7, 11]).toContain(failed[0]?.piece);
  expect(failed[0]?.from).toEqual([{ peer: seeder.peerId, bytes: film.pieceLength }]);
  expect((await seeder.state(torrent.infoHash, "error", 20_000)).error).toMatch(
    /source changed .* film.bin \(pieces 2, 7, 11\)/,
  );
  expect(leecher.of("torrent").map(({ state }) => state)).not.toContain("seeding");

  writeFileSync(path, whole);
  utimesSync(path, new Date(), new Date());
  await seeder.state(torrent.infoHash, "seeding", 20_000);
  await leecher.state(torrent.infoHash, "seeding", 90_000);
  for (const { from } of leecher.of("hash-failed"))
    expect(from.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(film.pieceLength);
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
}, 180_000);

function uploaded(peer: TestPeer, { infoHash }: TestTorrent): number {
  return peer.sampled(infoHash)?.uploaded ?? 0;
}

/** Of its connection with `other`, as its samples said over time. */
function flagsOf({ samples }: TestPeer, other: TestPeer): string[] {
  const rows = samples.flatMap(({ torrents }) => torrents.flatMap(({ peers }) => peers));
  return rows.filter(([peer]) => peer === other.peerId).map(([, , , flags]) => flags);
}
