import { createHash } from "node:crypto";

/**
 * Who sent corrupt bytes. A piece that failed and had one sender convicts that sender. With several, the hash of each
 * block is kept, and once the piece verifies, whoever had sent a block that differs from the good one is convicted
 * (libtorrent calls it smart ban). Everything here is about one torrent.
 */
export interface Evidence {
  /** A block was taken into the present attempt at its piece. */
  received(peer: string, piece: number, offset: number): void;
  /** The attempt failed; `bytes` is what came. @returns those who are guilty for certain. */
  failed(piece: number, bytes: Uint8Array): string[];
  /** The attempt succeeded. @returns those who are now known to have sent something else before. */
  verified(piece: number, bytes: Uint8Array): string[];
  /** Pieces in whose present attempt a peer has a block. */
  touchedBy(peer: string): number[];
  /** What came of a piece was thrown away. */
  discarded(piece: number): void;
  /** Whether an earlier attempt failed and its senders are not yet told apart. */
  isOpen(piece: number): boolean;
}

/** Of one attempt: who sent the block at each offset. */
type Senders = Map<number, string>;
/** What each peer sent of a piece that failed: digests by offset. */
type Testimony = Map<string, Map<number, string>>;

export function createEvidence(): Evidence {
  const attempts = new Map<number, Senders>();
  const open = new Map<number, Testimony>();

  return {
    received(peer, piece, offset) {
      const senders = attempts.get(piece) ?? new Map<number, string>();
      attempts.set(piece, senders);
      senders.set(offset, peer);
    },
    failed(piece, bytes) {
      const senders: Senders = attempts.get(piece) ?? new Map();
      attempts.delete(piece);
      const peers = new Set(senders.values());
      if (peers.size === 1) return [...peers];
      const testimony: Testimony = open.get(piece) ?? new Map();
      for (const [offset, hash] of digests(senders, bytes)) note(testimony, senders.get(offset) ?? "", offset, hash);
      open.set(piece, testimony);
      return [];
    },
    verified(piece, bytes) {
      const good = attempts.get(piece);
      const testimony = open.get(piece);
      attempts.delete(piece);
      open.delete(piece);
      if (!good || !testimony) return [];
      const truth = digests(good, bytes);
      return [...testimony].filter(([, blocks]) => differs(blocks, truth)).map(([peer]) => peer);
    },
    touchedBy: (peer) =>
      [...attempts].filter(([, senders]) => [...senders.values()].includes(peer)).map(([piece]) => piece),
    discarded: (piece) => void attempts.delete(piece),
    isOpen: (piece) => open.has(piece),
  };
}

/** Of each block, which ends where the next one begins. */
function digests(senders: Senders, bytes: Uint8Array): Map<number, string> {
  const offsets = [...senders.keys()].sort((a, b) => a - b);
  return new Map(
    offsets.map((offset, i) => [
      offset,
      createHash("sha1")
        .update(bytes.subarray(offset, offsets[i + 1]))
        .digest("base64"),
    ]),
  );
}

/** The first thing that a peer sent for an offset stands: a later good block does not unsay it. */
function note(testimony: Testimony, peer: string, offset: number, hash: string): void {
  const blocks = testimony.get(peer) ?? new Map<number, string>();
  testimony.set(peer, blocks);
  if (!blocks.has(offset)) blocks.set(offset, hash);
}

function differs(blocks: ReadonlyMap<number, string>, truth: ReadonlyMap<number, string>): boolean {
  return [...blocks].some(([offset, hash]) => truth.has(offset) && truth.get(offset) !== hash);
}
