import type { Wire } from "./webtorrent-client.ts";

/** Tells peers which pieces we have verified. */
export interface Haves {
  tell(piece: number): void;
  /** What waits is never told. */
  close(): void;
}

/** A connection as far as this is concerned. */
export interface Listener {
  readonly wire: Pick<Wire, "destroyed" | "peerInterested" | "have">;
  /** 1 for each piece that it has. */
  readonly has: Uint8Array;
}

/** So few peers are told at once. */
const FEW = 16;
const WAIT_MS_A_PEER = 10;
const LONGEST_MS = 500;

/**
 * Each message costs both sides as much as a block does, and with many connections there are more of them than of blocks:
 * 150 peers with 50 connections each and 256 pieces send two million. So the more peers there are, the longer pieces
 * are gathered for one message, and whoever has a piece himself is not told of it. Whoever is not interested is told of
 * all: he may be a super-seed who waits for what he gave (BEP 16).
 */
export function createHaves(listeners: () => Iterable<Listener>, count: () => number): Haves {
  let pieces: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  return {
    tell(piece) {
      pieces.push(piece);
      if (timer) return;
      const wait = Math.min(LONGEST_MS, Math.max(0, count() - FEW) * WAIT_MS_A_PEER);
      if (wait === 0) flush();
      else timer = setTimeout(flush, wait);
    },
    close: () => clearTimeout(timer),
  };

  function flush(): void {
    timer = undefined;
    const told = pieces;
    pieces = [];
    for (const { wire, has } of listeners())
      for (const piece of told) if (!wire.destroyed && !(wire.peerInterested && has[piece] === 1)) wire.have(piece);
  }
}
