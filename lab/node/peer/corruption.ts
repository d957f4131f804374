import type { Fact } from "../../api/facts.ts";
import { createBans } from "./bans.ts";
import { createEvidence } from "./evidence.ts";
import type { Ledger } from "./ledger.ts";
import { type RetryAlone, retryAlone } from "./retry-alone.ts";
import type { Torrent } from "./webtorrent-client.ts";

/** What corrupt pieces of one torrent lead to: they are reported with their senders, and who is guilty is banned. */
export interface Corruption extends RetryAlone {
  isBanned(peer: string): boolean;
  /** A block became part of its piece. */
  onBlock(peer: string, piece: number, offset: number): void;
  /** A piece was complete and its hash is another. */
  onFailed(piece: number, bytes: Uint8Array): void;
  /** A piece was complete and its hash is right. */
  onGood(piece: number, bytes: Uint8Array): void;
}

export interface CorruptionOptions {
  readonly infoHash: string;
  readonly torrent: Torrent;
  readonly ledger: Ledger;
  /** What tells one attempt at a piece from the next. */
  attempt(piece: number): object | null;
  /** Throws away what came of a piece, unless it is all there. @returns whether it did. */
  discard(piece: number): boolean;
  /** Ends all connections with a peer. */
  drop(peer: string, reason: string): void;
  report(fact: Fact): void;
}

export function watchCorruption(options: CorruptionOptions): Corruption {
  const { infoHash, torrent, ledger, attempt, discard, drop, report } = options;
  const evidence = createEvidence();
  const bans = createBans();
  return {
    ...retryAlone(torrent, evidence.isOpen),
    isBanned: bans.has,
    onBlock: evidence.received,
    onFailed(failed, bytes) {
      for (const { piece, from } of ledger.failed(attempt))
        report({ type: "hash-failed", torrent: infoHash, piece, from });
      convict(evidence.failed(failed, bytes));
    },
    onGood: (piece, bytes) => convict(evidence.verified(piece, bytes)),
  };

  /** Not at once: the connection may be in the middle of what it sent. */
  function convict(peers: readonly string[]): void {
    if (peers.length > 0) queueMicrotask(() => peers.forEach(ban));
  }

  function ban(peer: string): void {
    const { pieces, seconds } = bans.convict(peer);
    report({ type: "banned", torrent: infoHash, peer, pieces, seconds });
    drop(peer, `banned for ${seconds} s: sent ${pieces} corrupt piece${pieces === 1 ? "" : "s"}`);
    for (const piece of evidence.touchedBy(peer)) forget(piece);
  }

  function forget(piece: number): void {
    if (!discard(piece)) return;
    ledger.discarded(piece);
    evidence.discarded(piece);
  }
}
