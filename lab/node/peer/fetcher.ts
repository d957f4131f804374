import { createHash } from "node:crypto";
import type { PeerSettings } from "../../api/words.ts";
import { type Attempt, BLOCK_LENGTH, createAttempt } from "./attempt.ts";
import { type Content, lengthOfPiece } from "./content.ts";
import { createPicker } from "./picker.ts";
import { createRateMeter, type RateMeter } from "./rate-meter.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

/** Decides which blocks are asked for from whom, and makes verified pieces of them. */
export interface Fetcher {
  /** A new connection, before anything was heard of it. */
  connect(wire: Wire): void;
  /** Connected peers that have a piece. */
  availability(piece: number): number;
  /** What tells one attempt at a piece from the next; `null` where there is none. */
  attempt(piece: number): object | null;
  /** Once a second: notes who keeps us waiting, and loses interest in who has nothing for us. */
  tick(): void;
  /** Throws away what came of a piece, unless it is all there. @returns whether it did. */
  discard(piece: number): boolean;
  /** Nothing is asked for, or it is again. */
  halt(halted: boolean): void;
}

export interface FetcherOptions {
  readonly torrent: Torrent;
  settings(): Pick<PeerSettings, "strategy" | "endgame">;
  readonly content: Content;
  /** A piece was complete and its hash is another. */
  onFailed(piece: number, bytes: Uint8Array): void;
  /** A piece was complete and its hash is right; `bytes` are used for another one soon. */
  onGood(piece: number, bytes: Uint8Array): void;
  /** Whether a peer that has a piece may be asked for it. */
  mayAsk(wire: Wire, piece: number): boolean;
  onAsked(wire: Wire, piece: number): void;
}

interface Connection {
  readonly wire: Wire;
  /** 1 for each piece that it has. */
  readonly has: Uint8Array;
  /** Pieces that it has and we do not. */
  useful: number;
  readonly rate: RateMeter;
  /** The piece that it works on. */
  current: Attempt<Connection> | undefined;
  /** When it last sent a block, or was first asked for one. */
  since: number;
  snubs: boolean;
}

/** Blocks that are asked for ahead: this much time of what the peer sends, so that its uplink is never idle for want of them. */
const AHEAD_SECONDS = 0.4;
const AHEAD_BLOCKS = { least: 3, most: 128 };
/** Peers that one block is asked for from at the end. */
const ENDGAME_ASKINGS = 3;
/** Blocks that a peer is asked for in the endgame: what is asked for twice should not wait in a queue. */
const ENDGAME_BLOCKS = 2;
const SPARES = 2;
/** What bittorrent-protocol says of a request that the peer refused. */
const REJECTED = "request was rejected";
/** After this long without a block, others are asked for what this peer was. */
const SNUBBED_MS = 10_000;

/**
 * Takes the choice of blocks over from webtorrent, which begins a new piece for each slot that gets free, scans all
 * pieces each time, and has no endgame. Here: the rarest piece first, and of equally rare ones those that are begun, so
 * that there are soon whole pieces to pass on; one piece a connection, which others join where they would idle; and at
 * the end, each block that is missing from several peers at once.
 */
export function takeOverFetching(options: FetcherOptions): Fetcher {
  const { torrent, content } = options;
  const { pieceCount } = content;
  const picker = createPicker(pieceCount);
  const connections = new Map<Wire, Connection>();
  const begun = new Map<number, Attempt<Connection>>();
  /** Those of them with a block that nobody was asked for. */
  const open = new Set<Attempt<Connection>>();
  /** Memory of pieces that are on the disk, for the next ones: what is thrown away has the collector run all the time. */
  const spares: Uint8Array[] = [];
  let ready = false;
  let halted = false;
  let filling = false;

  torrent._update = () => {};
  torrent._updateWireInterest = () => {};
  torrent.once("metadata", () => {
    torrent._rarityMap?.destroy();
    torrent._rarityMap = null;
  });
  torrent.once("ready", start);

  return {
    connect,
    availability: picker.availability,
    attempt: (piece) => begun.get(piece) ?? null,
    tick() {
      const now = performance.now();
      for (const connection of connections.values()) {
        if (connection.useful === 0) connection.wire.uninterested();
        if (connection.wire.requests.length > 0 && now - connection.since > SNUBBED_MS) release(connection);
      }
      fillSoon();
    },
    discard(piece) {
      const attempt = begun.get(piece);
      if (!attempt || attempt.complete) return false;
      restart(attempt);
      return true;
    },
    halt(now) {
      halted = now;
      for (const { wire, useful } of connections.values()) {
        if (halted) wire.uninterested();
        else if (useful > 0) wire.interested();
      }
      fillSoon();
    },
  };

  /** What is there already was checked, and webtorrent has looked at it, too. */
  function start(): void {
    ready = true;
    for (let piece = 0; piece < pieceCount; piece += 1) if (torrent.bitfield.get(piece)) picker.take(piece);
    for (const connection of connections.values()) {
      connection.useful = connection.has.filter((has, piece) => has && !torrent.bitfield.get(piece)).length;
      interest(connection);
    }
  }

  function connect(wire: Wire): void {
    const connection: Connection = {
      wire,
      has: new Uint8Array(pieceCount),
      useful: 0,
      rate: createRateMeter(),
      current: undefined,
      since: performance.now(),
      snubs: false,
    };
    connections.set(wire, connection);
    const all = () => {
      for (let piece = 0; piece < pieceCount; piece += 1) if (wire.peerPieces.get(piece)) gained(connection, piece);
      interest(connection);
    };
    wire.on("bitfield", all);
    wire.on("have-all", all);
    wire.on("have", (piece: number) => {
      gained(connection, piece);
      interest(connection);
    });
    wire.lt_donthave.on("donthave", (piece: number) => lost(connection, piece));
    wire.on("unchoke", () => fill(connection));
    wire.on("choke", fillSoon);
    wire.once("close", () => {
      connections.delete(wire);
      for (const [piece, has] of connection.has.entries()) if (has) picker.lost(piece);
      fillSoon();
    });
  }

  function gained(connection: Connection, piece: number): void {
    if (connection.has[piece] !== 0) return;
    connection.has[piece] = 1;
    picker.gained(piece);
    if (ready && !torrent.bitfield.get(piece)) connection.useful += 1;
  }

  function lost(connection: Connection, piece: number): void {
    if (connection.has[piece] !== 1) return;
    connection.has[piece] = 0;
    picker.lost(piece);
    if (!torrent.bitfield.get(piece)) connection.useful -= 1;
  }

  function interest(connection: Connection): void {
    if (connection.useful === 0 || halted) return;
    connection.wire.interested();
    fill(connection);
  }

  /** After what may free blocks for any connection. */
  function fillSoon(): void {
    if (filling) return;
    filling = true;
    setImmediate(() => {
      filling = false;
      for (const connection of connections.values()) fill(connection);
    });
  }

  function fill(connection: Connection): void {
    const { wire } = connection;
    if (halted || torrent.destroyed || wire.destroyed || wire.peerChoking || connection.useful === 0) return;
    const ahead = aheadOf(connection);
    // Several requests at a time go out in one packet.
    if (wire.requests.length > 0.75 * ahead) return;
    while (wire.requests.length < ahead) {
      const attempt = choose(connection);
      const block = attempt?.free();
      if (!attempt || block === undefined) return repeat(connection);
      ask(connection, attempt, block);
    }
  }

  function aheadOf({ wire, rate, snubs }: Connection): number {
    if (snubs) return 1;
    const { reqq } = wire.peerExtendedHandshake;
    const most = typeof reqq === "number" && reqq > 0 ? Math.min(reqq, AHEAD_BLOCKS.most) : AHEAD_BLOCKS.most;
    const wanted = AHEAD_BLOCKS.least + Math.ceil((rate.bytesPerSecond() * AHEAD_SECONDS) / BLOCK_LENGTH);
    return Math.min(wanted, most);
  }

  /** The piece that this connection goes on with, joins, or begins. */
  function choose(connection: Connection): Attempt<Connection> | undefined {
    const { current } = connection;
    if (current && open.has(current)) return current;
    connection.current = undefined;
    const { strategy } = options.settings();
    const orderOf = (piece: number) => (strategy === "rarest" ? picker.availability(piece) : piece);
    const joined = first(open, (piece) => mayAsk(connection, piece), orderOf);
    const fresh = picker.next(strategy, (piece) => mayAsk(connection, piece));
    const crowded = begun.size > 2 * connections.size;
    if (joined && (fresh === undefined || crowded || orderOf(joined.piece) <= orderOf(fresh)))
      connection.current = joined;
    else if (fresh !== undefined) connection.current = begin(fresh);
    return connection.current;
  }

  function mayAsk({ wire, has }: Connection, piece: number): boolean {
    return has[piece] !== 0 && options.mayAsk(wire, piece);
  }

  function begin(piece: number): Attempt<Connection> {
    picker.take(piece);
    const length = lengthOfPiece(content, piece);
    const spare = spares.findIndex((bytes) => bytes.length === length);
    const [bytes = Buffer.allocUnsafeSlow(length)] = spare === -1 ? [] : spares.splice(spare, 1);
    const attempt = createAttempt<Connection>(piece, bytes);
    begun.set(piece, attempt);
    open.add(attempt);
    return attempt;
  }

  /** The endgame: every block that is missing was asked for, and this peer has nothing to do. */
  function repeat(connection: Connection): void {
    if (!options.settings().endgame || picker.size > 0 || open.size > 0) return;
    while (connection.wire.requests.length < ENDGAME_BLOCKS) {
      let best: { attempt: Attempt<Connection>; block: number } | undefined;
      for (const attempt of begun.values()) {
        if (!mayAsk(connection, attempt.piece)) continue;
        const block = attempt.shared(connection, ENDGAME_ASKINGS);
        if (block !== undefined) best ??= { attempt, block };
      }
      if (!best) return;
      ask(connection, best.attempt, best.block);
    }
  }

  function ask(connection: Connection, attempt: Attempt<Connection>, block: number): void {
    const { wire } = connection;
    const { offset, length } = attempt.range(block);
    if (wire.requests.length === 0) connection.since = performance.now();
    attempt.asked(block, connection);
    options.onAsked(wire, attempt.piece);
    if (attempt.free() === undefined) open.delete(attempt);
    wire.request(attempt.piece, offset, length, (error, bytes) => {
      // It has the piece no more, or never had: asked again at once, it would refuse again at once (BEP 6).
      if (error?.message === REJECTED && !wire.peerChoking) lost(connection, attempt.piece);
      if (error || !bytes) giveUp(connection, attempt, block);
      else receive(connection, attempt, block, bytes);
    });
  }

  function giveUp(connection: Connection, attempt: Attempt<Connection>, block: number): void {
    attempt.gaveUp(block, connection);
    if (begun.get(attempt.piece) !== attempt || attempt.free() === undefined) return;
    open.add(attempt);
    fillSoon();
  }

  function receive(connection: Connection, attempt: Attempt<Connection>, block: number, bytes: Uint8Array): void {
    connection.rate.add(bytes.length);
    connection.since = performance.now();
    connection.snubs = false;
    if (begun.get(attempt.piece) === attempt) {
      const { offset, length } = attempt.range(block);
      const others = attempt.received(block, connection, bytes);
      for (const { wire } of others ?? []) wire.cancel(attempt.piece, offset, length);
      if (attempt.complete) finish(attempt);
    }
    fill(connection);
  }

  /** Whatever it was asked for is free again; what it sends after all still counts. */
  function release(connection: Connection): void {
    if (connection.snubs) return;
    connection.snubs = true;
    for (const { piece, offset } of connection.wire.requests) {
      const attempt = begun.get(piece);
      if (attempt) giveUp(connection, attempt, offset / BLOCK_LENGTH);
    }
  }

  function finish(attempt: Attempt<Connection>): void {
    const { piece, bytes } = attempt;
    if (createHash("sha1").update(bytes).digest("hex") !== torrent._hashes[piece]) {
      restart(attempt);
      options.onFailed(piece, bytes);
      return;
    }
    options.onGood(piece, bytes);
    torrent.store.put(piece, bytes, (error) => {
      if (torrent.destroyed) return;
      if (error) return torrent._destroy(error);
      if (spares.length < SPARES) spares.push(bytes);
      verified(piece);
    });
  }

  /** The piece is to be begun again. */
  function restart(attempt: Attempt<Connection>): void {
    begun.delete(attempt.piece);
    open.delete(attempt);
    picker.putBack(attempt.piece);
    fillSoon();
  }

  function verified(piece: number): void {
    begun.delete(piece);
    torrent._markVerified(piece);
    for (const connection of connections.values()) {
      connection.wire.have(piece);
      if (connection.has[piece] !== 0) connection.useful -= 1;
    }
    if (torrent._checkDone()) spares.length = 0;
  }
}

/** The first in order of those whose piece a peer may be asked for. */
function first(
  open: ReadonlySet<Attempt<Connection>>,
  may: (piece: number) => boolean,
  orderOf: (piece: number) => number,
): Attempt<Connection> | undefined {
  let best: Attempt<Connection> | undefined;
  for (const attempt of open)
    if ((!best || orderOf(attempt.piece) < orderOf(best.piece)) && may(attempt.piece)) best = attempt;
  return best;
}
