import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { correctSeedStatus } from "./seed-status.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

const torrent = { pieces: [{}, {}, {}] } as unknown as Torrent;

/** A connection that webtorrent has just taken for a seeder's. */
function wireOf(has: (piece: number) => boolean): Wire {
  return Object.assign(new EventEmitter(), { isSeeder: true, peerPieces: { get: has } }) as unknown as Wire;
}

test.each(["bitfield", "have", "interested"])("a peer with gaps is no seeder once it says so with %s", (event) => {
  const wire = wireOf((piece) => piece !== 1);
  correctSeedStatus(torrent, wire);
  wire.emit(event);
  expect(wire.isSeeder).toBe(false);
});

test("a peer that wants something is no seeder, whatever it has said that it has", () => {
  const wire = wireOf(() => true);
  correctSeedStatus(torrent, wire);
  wire.emit("interested");
  expect(wire.isSeeder).toBe(false);
});

test("a peer with every piece stays a seeder", () => {
  const wire = wireOf(() => true);
  correctSeedStatus(torrent, wire);
  wire.emit("bitfield");
  expect(wire.isSeeder).toBe(true);
});
