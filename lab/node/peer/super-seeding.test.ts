import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { usualSettings } from "../../api/words.ts";
import { createSuperSeeding, type SuperSeeding } from "./super-seeding.ts";
import { seededBytes, startTestSwarm, writeFiles } from "./test-swarm.ts";
import { callPeer, handshake, MESSAGE } from "./test-wire.ts";
import type { Wire } from "./webtorrent-client.ts";

const PIECES = 6;

test("says at first that it has nothing, and shows each peer another piece", () => {
  const { join } = swarm();
  const peers = [join(), join(), join()];
  expect(peers.map(({ said }) => said[0])).toEqual(["none", "none", "none"]);
  const shown = peers.flatMap(({ shown }) => shown());
  expect(shown).toHaveLength(3);
  expect(new Set(shown).size).toBe(3);
});

test("shows the next piece when one has arrived, and one ahead to a peer that passes on what it gets", () => {
  const { join } = swarm();
  const [giver, taker] = [join(), join()];
  const [first] = giver.shown();
  giver.gets(first);
  expect(giver.shown()).toHaveLength(2);
  taker.gets(first);
  expect(giver.shown()).toHaveLength(3);
});

test("shows more at once to those who may ask when the uplink idles, and nothing to two of them before all are shown", () => {
  const { join, seeding } = swarm();
  const [asking, choked] = [join(), join({ amChoking: true })];
  seeding.hurry();
  expect([asking.shown().length, choked.shown().length]).toEqual([2, 1]);
  seeding.hurry();
  expect([asking.shown().length, choked.shown().length]).toEqual([4, 1]);
  expect(new Set([...asking.shown(), ...choked.shown()]).size).toBe(5);
});

test("where nobody may ask, an idle uplink is no reason to show more", () => {
  const { join, seeding } = swarm();
  const choked = join({ amChoking: true });
  for (let second = 0; second < 5; second += 1) seeding.hurry();
  const late = join();
  expect([choked.shown().length, late.shown().length]).toEqual([1, 1]);
});

test("gives no piece twice before every piece was given once", () => {
  const { join, seeding } = swarm();
  const peers = [join(), join()];
  for (let round = 0; round < PIECES / 2 - 1; round += 1) for (const peer of peers) peer.gets(peer.shown().at(-1));
  const shown = peers.flatMap(({ shown }) => shown());
  expect(new Set(shown).size).toBe(PIECES);
  expect(shown).toHaveLength(PIECES);
  seeding.review();
  expect(peers.flatMap(({ shown }) => shown())).toHaveLength(PIECES);
});

test("shows everybody everything once all pieces are in the swarm", () => {
  const { join } = swarm();
  const peers = [join(), join()];
  for (let piece = 0; piece < PIECES; piece += 1) peers[0]?.gets(piece);
  for (const peer of peers) expect(new Set(peer.shown()).size).toBe(PIECES);
  expect(join().said).toEqual(["all"]);
});

test("shows everybody everything when it is not the only seed any more, or is told to", () => {
  const { join, seeding, settings } = swarm();
  const peer = join();
  settings.wanted = false;
  seeding.review();
  expect(new Set(peer.shown()).size).toBe(PIECES);
});

test("switched on later, hides from those that connect from then on; who knows everything knows it", () => {
  const { join, seeding, settings } = swarm();
  settings.wanted = false;
  const early = join();
  settings.wanted = true;
  seeding.restart();
  expect(early.said).toEqual(["all"]);
  const late = join();
  expect(late.said[0]).toBe("none");
  const [first] = late.shown();
  late.gets(first);
  expect(late.shown()).toHaveLength(2);
  early.gets(first);
  expect(late.shown()).toHaveLength(3);
});

test("switched off and on again, shows those that come as if nothing had been shown before", () => {
  const { join, seeding, settings } = swarm();
  const early = join();
  for (let second = 0; second < 2; second += 1) seeding.hurry();
  settings.wanted = false;
  seeding.review();
  settings.wanted = true;
  seeding.restart();
  expect(early.shown()).toHaveLength(PIECES);
  const late = Array.from({ length: PIECES }, () => join());
  expect(late.map(({ shown }) => shown().length)).toEqual(Array(PIECES).fill(1));
  expect(new Set(late.flatMap(({ shown }) => shown())).size).toBe(PIECES);
});

test("switched on with all pieces in the swarm, hides nothing", () => {
  const { join, seeding, settings } = swarm();
  settings.wanted = false;
  const early = join();
  for (let piece = 0; piece < PIECES; piece += 1) early.gets(piece);
  settings.wanted = true;
  seeding.restart();
  expect(join().said).toEqual(["all"]);
});

test("a seeder takes the switch while it runs", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 100_000));
  const { infoHash } = torrent;
  const settings = { ...usualSettings, superSeeding: false };
  const sources = swarm.source(torrent);
  const seeder = await swarm.start({ name: "seeder", orders: [{ infoHash, duty: "seed" }], sources, settings });
  await seeder.state(infoHash, "seeding");
  expect(await welcome(seeder.port, infoHash)).toBe("have all");
  for (const [superSeeding, expected] of [
    [true, "have none"],
    [false, "have all"],
    [true, "have none"],
  ] as const) {
    await seeder.command({ type: "settings", settings: { ...settings, superSeeding } });
    expect(await welcome(seeder.port, infoHash)).toBe(expected);
  }
});

test("what a peer left without is shown to another", () => {
  const { join } = swarm();
  const gone = Array.from({ length: PIECES }, () => join());
  for (const peer of gone) peer.leave();
  const late = Array.from({ length: PIECES }, () => join());
  expect(new Set(late.flatMap(({ shown }) => shown())).size).toBe(PIECES);
});

test.each(["bitfield", "have-all"])(
  "a peer that comes with pieces and says so by %s is shown one that it lacks",
  (event) => {
    const { join } = swarm();
    const peer = join();
    const [first = -1] = peer.shown();
    const lacks = (first + 1) % PIECES;
    peer.says(event, (piece) => piece !== lacks);
    expect(peer.shown()).toEqual([first, lacks]);
  },
);

test("an only seed gives a leecher that comes back with most of it what it lacks", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1_000_000));
  const { infoHash } = torrent;
  const data = `${swarm.folder}/leecher`;
  const path = `${data}/${infoHash}/film.bin`;
  writeFiles(`${data}/${infoHash}`, torrent);
  writeFileSync(path, readFileSync(path).fill(0, 500_000, 501_000));
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }], data });
  await leecher.state(infoHash, "waiting");
  await swarm.start({ name: "seeder", orders: [{ infoHash, duty: "seed" }], sources: swarm.source(torrent) });
  await leecher.state(infoHash, "seeding");
  expect(leecher.of("have")).toHaveLength(1);
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
});

/** What a peer says that it has to somebody who connects (BEP 6). */
async function welcome(port: number, infoHash: string): Promise<"have all" | "have none"> {
  const said = Promise.withResolvers<"have all" | "have none">();
  const caller = await callPeer(port, ({ id }) => {
    if (id === MESSAGE.haveAll) said.resolve("have all");
    if (id === MESSAGE.haveNone) said.resolve("have none");
  });
  caller.send(handshake(infoHash, { peerId: randomBytes(20).toString("latin1") }));
  try {
    return await said.promise;
  } finally {
    caller.close();
  }
}

function swarm() {
  const held = new Array<number>(PIECES).fill(0);
  const settings = { wanted: true };
  const seeding = createSuperSeeding({
    pieceCount: PIECES,
    wanted: () => settings.wanted,
    availability: (piece) => held[piece] ?? 0,
  });
  return { settings, seeding, join: (state: Partial<Wire> = {}) => join(seeding, held, state) };
}

/** A connection as far as super-seeding sees it. */
function join(seeding: SuperSeeding, held: number[], state: Partial<Wire>) {
  const said: (string | number)[] = [];
  const has = new Set<number>();
  const wire = Object.assign(new EventEmitter(), {
    hasFast: true,
    amChoking: false,
    peerInterested: true,
    ...state,
    peerPieces: { get: (piece: number) => has.has(piece) },
    have: (piece: number) => said.push(piece),
    haveAll: () => said.push("all"),
    haveNone: () => said.push("none"),
    bitfield: () => said.push("bitfield"),
  }) as unknown as Wire;
  seeding.connect(wire);
  wire.haveAll();
  seeding.begin(wire);
  return {
    said,
    shown: () => said.filter((one) => typeof one === "number"),
    gets(piece = -1) {
      has.add(piece);
      held[piece] = (held[piece] ?? 0) + 1;
      wire.emit("have", piece);
    },
    /** What it has from before. */
    says(event: string, holds: (piece: number) => boolean) {
      for (let piece = 0; piece < PIECES; piece += 1) {
        if (!holds(piece)) continue;
        has.add(piece);
        held[piece] = (held[piece] ?? 0) + 1;
      }
      wire.emit(event);
    },
    leave: () => wire.emit("close"),
  };
}
