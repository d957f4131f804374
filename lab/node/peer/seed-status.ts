import type { Torrent, Wire } from "./webtorrent-client.ts";

/**
 * Keeps `wire.isSeeder` true to what the peer has. webtorrent takes a peer that has not said anything yet for a seeder,
 * and a bitfield with gaps that comes later does not change its mind: such a peer, back after a restart, would stay
 * choked for good. To be called when the connection is new, so that these listeners run before webtorrent's own, which
 * then set it where the peer does have everything.
 */
export function correctSeedStatus(torrent: Torrent, wire: Wire): void {
  const correct = () => {
    if (!hasEverything(torrent, wire)) wire.isSeeder = false;
  };
  for (const event of ["bitfield", "have"]) wire.on(event, correct);
  // Whatever it has said that it has: have-all cannot be looked at, and may have been taken back since (BEP 54).
  wire.on("interested", () => {
    wire.isSeeder = false;
  });
}

function hasEverything({ pieces }: Torrent, { peerPieces }: Wire): boolean {
  for (let piece = 0; piece < pieces.length; piece += 1) if (!peerPieces.get(piece)) return false;
  return true;
}
