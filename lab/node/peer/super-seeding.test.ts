import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { createSuperSeeding, type SuperSeeding } from "./super-seeding.ts";
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

test("what a peer left without is shown to another", () => {
  const { join } = swarm();
  const gone = Array.from({ length: PIECES }, () => join());
  for (const peer of gone) peer.leave();
  const late = Array.from({ length: PIECES }, () => join());
  expect(new Set(late.flatMap(({ shown }) => shown())).size).toBe(PIECES);
});

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
    leave: () => wire.emit("close"),
  };
}
