import type { Torrent, Wire } from "./webtorrent-client.ts";

export interface RetryAlone {
  mayAsk(wire: Wire, piece: number): boolean;
  onAsked(wire: Wire, piece: number): void;
}

/** A peer that brings nothing for this long loses the piece to others. */
const PATIENCE_MS = 10_000;

/**
 * One peer at a time is asked for a piece that failed with several senders: its next attempt then tells at once who lied.
 * @param isOpen whether a piece is such a one.
 */
export function retryAlone(torrent: Torrent, isOpen: (piece: number) => boolean): RetryAlone {
  const keepers = new Map<number, { readonly wire: Wire; readonly downloaded: number; readonly at: number }>();
  return {
    mayAsk(wire, piece) {
      if (isOpen(piece)) return !isKeptFrom(wire, piece);
      keepers.delete(piece);
      return true;
    },
    onAsked(wire, piece) {
      if (isOpen(piece) && keepers.get(piece)?.wire !== wire) keep(piece, wire);
    },
  };

  function isKeptFrom(wire: Wire, piece: number): boolean {
    const keeper = keepers.get(piece);
    if (!keeper || keeper.wire === wire || !torrent.wires.includes(keeper.wire) || keeper.wire.peerChoking)
      return false;
    // It refused what is left, or is asked for other pieces now.
    if (!keeper.wire.requests.some((request) => request.piece === piece)) return false;
    if (performance.now() - keeper.at < PATIENCE_MS) return true;
    if (keeper.wire.downloaded === keeper.downloaded) return false;
    keep(piece, keeper.wire);
    return true;
  }

  function keep(piece: number, wire: Wire): void {
    keepers.set(piece, { wire, downloaded: wire.downloaded, at: performance.now() });
  }
}
