import type { Ledger } from "./ledger.ts";
import type { Wire } from "./webtorrent-client.ts";

interface CounterOptions {
  readonly ledger: Ledger;
  attempt(piece: number): object | null;
  /** A block became part of its piece, which may be complete with it. */
  onBlock(peer: string, piece: number, offset: number): void;
}

/** Counts the blocks that come, and whether they were asked for. */
export function countDownload(wire: Wire, { ledger, attempt, onBlock }: CounterOptions): void {
  let counted = false;
  const count = (piece: number, offset: number, block: Uint8Array, asked: object | null) => {
    if (ledger.received(wire.peerId, { piece, offset, length: block.length }, asked))
      onBlock(wire.peerId, piece, offset);
  };
  const request = wire.request.bind(wire);
  wire.request = (piece, offset, length, done) => {
    const held = attempt(piece);
    request(piece, offset, length, (error, block) => {
      // Before it is used: it may be the last one of a piece whose senders are asked for at once.
      if (!error && block) count(piece, offset, block, held === attempt(piece) ? held : null);
      counted = !error && block !== undefined;
      done(error, block);
    });
  };
  // Follows the request's callback at once; without one before it, nobody had asked for this block.
  wire.on("piece", (piece: number, offset: number, block: Uint8Array) => {
    if (!counted) count(piece, offset, block, null);
    counted = false;
  });
}
