import type { ConnectionSample } from "../../api/facts.ts";

/** Payload bytes of one torrent on this node, since the process began. Reconnecting goes on with a peer's totals. */
export interface Ledger {
  readonly downloaded: number;
  readonly uploaded: number;
  readonly wasted: number;
  /**
   * A block came: `asked` is the piece as the client holds it, when we had asked for this block and still wanted it.
   * @returns whether it became part of its piece.
   */
  received(peer: string, block: Block, asked: object | null): boolean;
  sent(peer: string, bytes: number): void;
  /** A connection's flags now; none once it is closed. */
  flags(peer: string, flags: string): void;
  /** The givers of a piece that was verified; `undefined` when it was not fetched but found. */
  verified(piece: number): Giver[] | undefined;
  /** What came of a piece was thrown away before it was complete. */
  discarded(piece: number): void;
  /** The pieces that were complete and thrown away, with the givers; `held` is what the client holds of a piece now. */
  failed(held: (piece: number) => object | null): { piece: number; from: Giver[] }[];
  /** What changed since the last call, or everything. */
  connections(all: boolean): ConnectionSample[];
}

export interface Giver {
  readonly peer: string;
  readonly bytes: number;
}

export interface Block {
  readonly piece: number;
  readonly offset: number;
  readonly length: number;
}

interface Pair {
  downloaded: number;
  uploaded: number;
  flags: string;
  changed: boolean;
}

/** One attempt at a piece: a failed hash starts the next one. */
interface Attempt {
  readonly held: object;
  /** Block offset → its giver and length. */
  readonly blocks: Map<number, Giver>;
}

/** Closed pairs that are remembered; a stranger can come under any number of ids. */
const PAIRS = 1000;

export function createLedger(): Ledger {
  const totals = { downloaded: 0, uploaded: 0, wasted: 0 };
  const pairs = new Map<string, Pair>();
  const attempts = new Map<number, Attempt>();

  return {
    get downloaded() {
      return totals.downloaded;
    },
    get uploaded() {
      return totals.uploaded;
    },
    get wasted() {
      return totals.wasted;
    },
    received(peer, block, asked) {
      totals.downloaded += block.length;
      const pair = pairOf(peer);
      pair.downloaded += block.length;
      pair.changed = true;
      const accepted = accept(peer, block, asked);
      if (!accepted) totals.wasted += block.length;
      return accepted;
    },
    sent(peer, bytes) {
      totals.uploaded += bytes;
      const pair = pairOf(peer);
      pair.uploaded += bytes;
      pair.changed = true;
    },
    flags(peer, flags) {
      const pair = pairOf(peer);
      if (pair.flags === flags) return;
      pair.flags = flags;
      pair.changed = true;
    },
    verified(piece) {
      const attempt = attempts.get(piece);
      attempts.delete(piece);
      return attempt && giversOf(attempt);
    },
    discarded(piece) {
      for (const { bytes } of attempts.get(piece)?.blocks.values() ?? []) totals.wasted += bytes;
      attempts.delete(piece);
    },
    failed(held) {
      const failures = [...attempts].filter(([piece, attempt]) => held(piece) !== attempt.held);
      return failures.map(([piece, attempt]) => {
        attempts.delete(piece);
        const from = giversOf(attempt);
        totals.wasted += from.reduce((sum, { bytes }) => sum + bytes, 0);
        return { piece, from };
      });
    },
    connections(all) {
      const changed = [...pairs].filter(([, pair]) => all || pair.changed);
      for (const [, pair] of changed) pair.changed = false;
      return changed.map(([peer, { downloaded, uploaded, flags }]) => [peer, downloaded, uploaded, flags]);
    },
  };

  function accept(peer: string, { piece, offset, length }: Block, asked: object | null): boolean {
    if (asked === null) return false;
    let attempt = attempts.get(piece);
    if (attempt?.held !== asked) {
      attempt = { held: asked, blocks: new Map() };
      attempts.set(piece, attempt);
    }
    if (attempt.blocks.has(offset)) return false;
    attempt.blocks.set(offset, { peer, bytes: length });
    return true;
  }

  function pairOf(peer: string): Pair {
    const known = pairs.get(peer);
    if (known) return known;
    if (pairs.size >= PAIRS) forgetOne();
    const pair = { downloaded: 0, uploaded: 0, flags: "", changed: true };
    pairs.set(peer, pair);
    return pair;
  }

  function forgetOne(): void {
    for (const [peer, { flags, changed }] of pairs) {
      if (flags === "" && !changed) return void pairs.delete(peer);
    }
  }
}

function giversOf({ blocks }: Attempt): Giver[] {
  const sums = new Map<string, number>();
  for (const { peer, bytes } of blocks.values()) sums.set(peer, (sums.get(peer) ?? 0) + bytes);
  return [...sums].map(([peer, bytes]) => ({ peer, bytes }));
}
