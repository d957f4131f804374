import type { Torrent, Wire } from "./webtorrent-client.ts";

/**
 * Keeps a torrent's unchoked peers within its upload slots at every moment. webtorrent alone unchokes whoever is
 * interested first and corrects that at its next round, up to 10 s later, so that a short swarm shows no choking at all.
 */
export interface Slots {
  /** Changes their number at once. */
  set(slots: number): void;
  /** Whether `wire` may be unchoked now. */
  allow(wire: Wire): boolean;
  /**
   * A peer became interested. Where no slot is free it takes that of the one who sends us least, if that is less than half
   * of what it sends itself (BEP 3: the worst one is choked). Rounds come every 10 s, and where pieces are new interest
   * comes and goes many times between two.
   */
  claim(wire: Wire): void;
  /** Gives slots that are free to interested peers, as a round would: to who sends us most first, among equals at random. */
  fill(): void;
  isOptimistic(wire: Wire): boolean;
}

export function controlSlots(torrent: Torrent): Slots {
  let inRound = false;
  const round = torrent._rechoke.bind(torrent);
  torrent._rechoke = () => {
    // webtorrent keeps its optimistic slot for who has it, also where nothing comes of it any more.
    const optimistic = torrent._rechokeOptimisticWire;
    if (optimistic && !(taken(optimistic) && torrent.wires.includes(optimistic))) torrent._rechokeOptimisticWire = null;
    inRound = true;
    round();
    inRound = false;
  };
  const free = () => torrent._rechokeNumSlots - torrent.wires.filter(taken).length;

  return {
    set(slots) {
      if (slots === torrent._rechokeNumSlots) return;
      torrent._rechokeNumSlots = slots;
      torrent._rechokeOptimisticWire = null;
      torrent._rechokeOptimisticTime = 0;
      torrent._rechoke();
    },
    // A round chokes after it unchokes, so within one the sum is over the limit for a moment.
    allow: (wire) => wire.peerInterested && (inRound || free() > 0),
    claim(wire) {
      if (free() >= (wire.amChoking ? 1 : 0)) return;
      const others = torrent.wires.filter((one) => taken(one) && one !== torrent._rechokeOptimisticWire);
      const slowest = byRate(others).at(-1);
      const makesRoom = slowest !== undefined && slowest.downloadSpeed() < wire.downloadSpeed() / 2;
      if (!makesRoom) return wire.choke();
      slowest.choke();
      wire.unchoke();
    },
    fill() {
      const waiting = torrent.wires.filter((wire) => wire.amChoking && wire.peerInterested && !wire.isSeeder);
      for (const wire of byRate(waiting)) {
        if (free() <= 0) return;
        wire.unchoke();
        if (wire.amChoking) return;
      }
    },
    isOptimistic: (wire) => torrent._rechokeOptimisticWire === wire && !wire.amChoking,
  };
}

/** The peer holds a slot, and makes use of it. */
function taken({ amChoking, peerInterested }: Wire): boolean {
  return !amChoking && peerInterested;
}

function byRate(wires: readonly Wire[]): Wire[] {
  return wires
    .map((wire) => ({ wire, rate: wire.downloadSpeed(), chance: Math.random() }))
    .sort((a, b) => b.rate - a.rate || a.chance - b.chance)
    .map(({ wire }) => wire);
}
