import type { Ledger } from "./ledger.ts";
import type { Wire } from "./webtorrent-client.ts";

interface CounterOptions {
  readonly ledger: Ledger;
  attempt(piece: number): object | null;
}

/**
 * Counts the blocks that come, and whether they were asked for.
 * @returns when the last block came, or when the peer unchoked us after it.
 */
export function countDownload(wire: Wire, { ledger, attempt }: CounterOptions): () => number {
  let since = performance.now();
  let asked: object | null = null;
  const request = wire.request.bind(wire);
  wire.request = (piece, offset, length, done) => {
    const held = attempt(piece);
    request(piece, offset, length, (error, block) => {
      asked = !error && held === attempt(piece) ? held : null;
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
