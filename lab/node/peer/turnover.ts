import type { Torrent, Wire } from "./webtorrent-client.ts";

/** Makes room for other peers where all connections are taken. */
export interface Turnover {
  /** Once a second. @returns the connection that should end now, if any. */
  next(wires: Iterable<Wire>): Wire | undefined;
}

/** After this long without a byte of payload a connection may end that we get nothing from. */
const USELESS_MS = 60_000;
/** At most one connection in so much time. */
const EVERY_MS = 10_000;

/**
 * webtorrent drops whoever has choked us for 5 s as soon as other addresses wait. Where there are more peers than anybody
 * connects to, they all do that to each other: 150 peers began a thousand connections a second, and handshakes took
 * more of the processor than data. Here one connection at a time makes room, the one that was of no use for longest.
 */
export function takeOverTurnover(torrent: Torrent, maxPeers: () => number): Turnover {
  const used = new WeakMap<Wire, { bytes: number; at: number }>();
  let droppedAt = performance.now();
  // What webtorrent's own look at waiting addresses goes by.
  Object.defineProperty(torrent, "_numQueued", { get: () => 0 });

  return {
    next(wires) {
      const now = performance.now();
      const connected = [...wires].map((wire) => ({ wire, usedAt: touch(wire, now) }));
      const isFull = connected.length >= maxPeers() && torrent._queue.length > 0;
      if (!isFull || now - droppedAt < EVERY_MS) return undefined;
      const useless = connected
        .filter(({ wire, usedAt }) => isIdle(wire) && now - usedAt >= USELESS_MS)
        .sort((a, b) => a.usedAt - b.usedAt)[0]?.wire;
      if (useless) droppedAt = now;
      return useless;
    },
  };

  /** @returns when payload last passed. */
  function touch(wire: Wire, now: number): number {
    const bytes = wire.downloaded + wire.uploaded;
    const known = used.get(wire);
    if (known?.bytes === bytes) return known.at;
    used.set(wire, { bytes, at: now });
    return now;
  }
}

/** We wait for it in vain, or neither side wants anything: whoever wants something of us and waits ends that by itself. */
function isIdle({ amInterested, peerChoking, peerInterested }: Wire): boolean {
  return amInterested ? peerChoking : !peerInterested;
}
