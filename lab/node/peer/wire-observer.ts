import type { Fact } from "../../api/facts.ts";
import type { Ledger } from "./ledger.ts";
import { clientOf } from "./peer-id.ts";
import type { Slots } from "./slots.ts";
import type { Peer, Torrent, Wire } from "./webtorrent-client.ts";
import { countDownload } from "./wire-counters.ts";

export interface ObserverOptions {
  readonly torrent: Torrent;
  readonly ledger: Ledger;
  readonly slots: Slots;
  /** A block became part of its piece. */
  onBlock(peer: string, piece: number, offset: number): void;
  report(fact: Fact): void;
  /** What tells one attempt at a piece from the next. */
  attempt(piece: number): object | null;
  /** Whether a peer that unchoked us keeps us waiting. */
  snubs(wire: Wire): boolean;
}

export interface WireObserver {
  /** The connection's state as torrent clients print it; see `peerFlags`. */
  flags(): string;
  /** Facts for a controller that knows nothing of this connection. */
  describe(): Fact[];
  /** Names the reason of the end that follows. */
  because(reason: string): void;
}

/** Blocks that we let a peer ask for ahead: 2 MiB, so that this is what a slow reader can make us hold. */
const REQUEST_QUEUE = 128;

/**
 * Turns one connection into facts and counters, from its handshake on. Messages that we send are seen by wrapping the
 * wire's methods on this instance; each is reported by its sender alone.
 */
export function observeWire(wire: Wire, peer: Peer, options: ObserverOptions): WireObserver {
  const { torrent, slots, report } = options;
  const about = { torrent: torrent.infoHash, peer: wire.peerId };
  let reason: string | undefined;
  const because = (text: string) => {
    reason ??= text;
  };

  wire.extendedHandshake.reqq = REQUEST_QUEUE;
  report(connected(wire, about));
  reportInterest(wire, about, options);
  reportChoking(wire, about, options);
  countDownload(wire, options);
  explainEnd(wire, because);
  refuseForeignPieces(wire, torrent, because);
  peer.once("disconnect", (error?: Error) => {
    const why = wire.refused ?? reason ?? error?.message;
    options.ledger.flags(wire.peerId, "");
    report({ type: "peer-left", ...about, ...(why && { reason: why.slice(0, 300) }) });
    queueMicrotask(() => slots.fill());
  });
  return {
    flags: () => flagsOf(wire, options),
    describe: () => [
      connected(wire, about),
      ...(wire.amInterested ? [{ type: "interested", ...about } as const] : []),
      ...(wire.amChoking ? [] : [{ type: "unchoke", ...about, optimistic: slots.isOptimistic(wire) } as const]),
    ],
    because,
  };
}

type About = { readonly torrent: string; readonly peer: string };

function connected(wire: Wire, about: About): Fact {
  const client = clientOf(wire.peerId);
  const address = `${wire.remoteAddress}:${wire.remotePort}`;
  return { type: "peer-connected", ...about, address, incoming: isIncoming(wire), ...(client && { client }) };
}

function reportInterest(wire: Wire, about: About, { report }: ObserverOptions): void {
  const interested = wire.interested.bind(wire);
  wire.interested = () => {
    if (wire.amInterested) return;
    interested();
    report({ type: "interested", ...about });
  };
  const uninterested = wire.uninterested.bind(wire);
  wire.uninterested = () => {
    if (!wire.amInterested) return;
    uninterested();
    report({ type: "not-interested", ...about });
  };
}

function reportChoking(wire: Wire, about: About, { slots, report }: ObserverOptions): void {
  const unchoke = wire.unchoke.bind(wire);
  wire.unchoke = () => {
    if (!wire.amChoking || !slots.allow(wire)) return;
    unchoke();
    // webtorrent notes which one is optimistic only after it unchoked it.
    queueMicrotask(() => report({ type: "unchoke", ...about, optimistic: slots.isOptimistic(wire) }));
  };
  const choke = wire.choke.bind(wire);
  wire.choke = () => {
    if (wire.amChoking) return;
    choke();
    queueMicrotask(() => report({ type: "choke", ...about }));
  };
  wire.on("interested", () => {
    slots.claim(wire);
    slots.fill();
  });
}

/** Why webtorrent itself ends a connection; it keeps that to itself. */
function explainEnd(wire: Wire, because: (reason: string) => void): void {
  // Before webtorrent hears of it, which then ends the connection.
  wire.prependListener("timeout", () => because("a request timed out"));
  const destroy = wire.destroy.bind(wire);
  wire.destroy = () => {
    because("ended by this side");
    destroy();
  };
}

/** webtorrent would count what is not part of the torrent, for ever. */
function refuseForeignPieces(wire: Wire, torrent: Torrent, because: (reason: string) => void): void {
  const refuse = (what: string) => {
    because(`broke the protocol: ${what}`);
    wire.destroy();
  };
  wire.on("have", (piece: number) => {
    if (piece < 0 || piece >= torrent.pieces.length) refuse(`it has piece ${piece}`);
  });
  wire.on("bitfield", ({ buffer }: { buffer: Uint8Array }) => {
    if (buffer.length !== Math.ceil(torrent.pieces.length / 8)) refuse(`a bitfield of ${buffer.length} bytes`);
  });
}

function flagsOf(wire: Wire, { slots, snubs }: ObserverOptions): string {
  const snubbed = wire.amInterested && !wire.peerChoking && snubs(wire);
  return [
    wire.amInterested ? (wire.peerChoking ? "d" : "D") : wire.peerChoking ? "" : "K",
    wire.peerInterested ? (wire.amChoking ? "u" : "U") : wire.amChoking ? "" : "?",
    slots.isOptimistic(wire) ? "O" : "",
    snubbed ? "S" : "",
    isIncoming(wire) ? "I" : "",
  ].join("");
}

export function isIncoming(wire: Wire): boolean {
  return wire.type === "tcpIncoming";
}
