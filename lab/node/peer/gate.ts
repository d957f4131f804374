import { isIP } from "node:net";
import type { Peer, Torrent, Wire } from "./webtorrent-client.ts";
import { isIncoming } from "./wire-observer.ts";

/** Who may be connected to a torrent, judged before a dial and again at the handshake. */
export interface Gate {
  /** Judges a new connection; the caller ends the ones to drop. */
  judge(wire: Wire, address: string): Verdict;
  /** Remembers which peer listens where, so that a peer that we are connected to is not dialled again. */
  learn(address: string, peerId: string): void;
  /** Who refused us may be dialled again. */
  forgive(): void;
}

export type Verdict =
  | { readonly accept: true; readonly replaces?: Wire }
  | { readonly accept: false; readonly reason: string };

export interface GateOptions {
  readonly ownId: string;
  /** Only addresses on this machine, as in the process runtime. */
  readonly loopbackOnly: boolean;
  isCut(peerId: string): boolean;
  maxPeers(): number;
}

/** Addresses that wait or are connected, and those whose peers are known: a tracker may name any number. */
const ADDRESSES = 1000;
/** A connection that carried nothing and ended this early was refused by the other side, which has not said so. */
const EARLY_MS = 3000;
const AFTER_REFUSAL_MS = 10_000;

export function guardConnections(torrent: Torrent, options: GateOptions): Gate {
  const peers = new Map<string, string>();
  const refusedUntil = new Map<string, number>();
  const dial = torrent._addPeer.bind(torrent);
  torrent._addPeer = (address, type, source) => {
    const peer = mayDial(address) ? dial(address, type, source) : null;
    if (peer) rememberRefusal(peer, address);
    return peer;
  };

  return {
    judge,
    learn(address, peerId) {
      if (peers.size >= ADDRESSES) peers.clear();
      peers.set(address, peerId);
    },
    forgive: () => refusedUntil.clear(),
  };

  function rememberRefusal(peer: Peer, address: string): void {
    let connectedAt = Number.NEGATIVE_INFINITY;
    peer.once("connect", () => {
      connectedAt = performance.now();
    });
    peer.once("disconnect", () => {
      if (!peer.wire || !isRefusal(peer.wire, performance.now() - connectedAt)) return;
      if (refusedUntil.size >= ADDRESSES) refusedUntil.clear();
      refusedUntil.set(address, performance.now() + AFTER_REFUSAL_MS);
    });
  }

  function mayDial(address: string): boolean {
    // A tracker may name hosts, and to look those up would be to talk to the outside.
    const host = /^\[?([^\]]+)\]?:\d+$/.exec(address)?.[1] ?? "";
    if (!isIP(host) || (options.loopbackOnly && !/^(127\.|::1$)/.test(host))) return false;
    if (torrent._peers.size >= ADDRESSES) return false;
    const peerId = peers.get(address);
    if (peerId !== undefined && (peerId === options.ownId || options.isCut(peerId) || isConnected(peerId)))
      return false;
    return (refusedUntil.get(address) ?? 0) <= performance.now();
  }

  function isConnected(peerId: string): boolean {
    return torrent.wires.some((wire) => wire.peerId === peerId);
  }

  function judge(wire: Wire, address: string): Verdict {
    if (!isIncoming(wire)) peers.set(address, wire.peerId);
    if (wire.peerId === options.ownId) return { accept: false, reason: "it is this peer itself" };
    if (options.isCut(wire.peerId)) return { accept: false, reason: "cut" };
    const other = torrent.wires.find(({ peerId }) => peerId === wire.peerId);
    if (other && other !== wire) return judgeDuplicate(wire, other);
    if (torrent.wires.length > options.maxPeers()) return { accept: false, reason: "enough connections" };
    return { accept: true };
  }

  /**
   * Both sides keep the same one of two: that which the peer with the greater id opened. Of two from one side the newer
   * is kept, as that side knows best which is alive; but never does another machine take a connected peer's place.
   */
  function judgeDuplicate(wire: Wire, other: Wire): Verdict {
    const reason = "duplicate connection";
    if (wire.remoteAddress !== other.remoteAddress) return { accept: false, reason };
    const weOpen = options.ownId > wire.peerId;
    const keepNew = wire.type === other.type || isIncoming(wire) !== weOpen;
    return keepNew ? { accept: true, replaces: other } : { accept: false, reason };
  }
}

/** Most refuse without a handshake of their own. */
function isRefusal({ peerId, downloaded, uploaded }: Wire, lasted: number): boolean {
  return !peerId || (downloaded === 0 && uploaded === 0 && lasted <= EARLY_MS);
}
