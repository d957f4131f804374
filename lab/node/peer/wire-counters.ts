import type { Ledger } from "./ledger.ts";
import type { Peer, Torrent, Wire } from "./webtorrent-client.ts";

interface CounterOptions {
  readonly torrent: Torrent;
  readonly ledger: Ledger;
}

/** Bytes that wait for a peer that asks and does not read, whatever it was told. */
const UNREAD_LIMIT = 16 << 20;

/**
 * Counts the blocks that come, and whether they were asked for.
 * @returns when the last block came, or when the peer unchoked us after it.
 */
export function countDownload(wire: Wire, { torrent, ledger }: CounterOptions): () => number {
  let since = performance.now();
  let asked: object | null = null;
  const request = wire.request.bind(wire);
  wire.request = (piece, offset, length, done) => {
    const held = torrent.pieces[piece] ?? null;
    request(piece, offset, length, (error, block) => {
      asked = !error && held === torrent.pieces[piece] ? held : null;
      done(error, block);
    });
  };
  // Follows the request's callback at once; without one before it, nobody had asked for this block.
  wire.on("piece", (piece: number, offset: number, block: Uint8Array) => {
    ledger.received(wire.peerId, { piece, offset, length: block.length }, asked);
    asked = null;
    since = performance.now();
  });
  wire.on("unchoke", () => {
    since = performance.now();
  });
  return () => since;
}

/**
 * A block counts as sent when its last byte went to the socket: webtorrent's own counter runs ahead of a limited uplink
 * by all that waits, and what waits is lost when the connection ends.
 */
export function countUpload(wire: Wire, peer: Peer, ledger: Ledger, because: (reason: string) => void): void {
  const waiting: { readonly end: number; readonly bytes: number }[] = [];
  let queued = 0;
  let sent = 0;
  const push = wire.push.bind(wire);
  wire.push = (bytes) => {
    queued += bytes?.length ?? 0;
    return push(bytes);
  };
  const piece = wire.piece.bind(wire);
  wire.piece = (index, offset, block) => {
    piece(index, offset, block);
    waiting.push({ end: queued, bytes: block.length });
    if (queued - sent < UNREAD_LIMIT) return;
    because("asks for more than it reads");
    wire.destroy();
  };
  peer.on("upload", (bytes: number) => {
    sent += bytes;
    while (waiting[0] && waiting[0].end <= sent) ledger.sent(wire.peerId, waiting.shift()?.bytes ?? 0);
  });
}
