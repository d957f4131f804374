import { createHash } from "node:crypto";
import type { PeerSettings } from "../../api/words.ts";
import { type Attempt, BLOCK_LENGTH } from "./attempt.ts";
import { createBegun } from "./begun.ts";
import { aheadOf, type Connection, createConnection, HOLDS, keepsWaiting } from "./connection.ts";
import { type Content, hashOfPiece, lengthOfPiece } from "./content.ts";
import { createHoldings } from "./holdings.ts";
import { createPicker } from "./picker.ts";
import { forgetRefusals, noteRefusal } from "./refusals.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

/** Decides which blocks are asked for from whom, and makes verified pieces of them. */
export interface Fetcher {
  /** A new connection, before anything was heard of it. */
  connect(wire: Wire): void;
  /** Connected peers that have a piece. */
  availability(piece: number): number;
  /** What tells one attempt at a piece from the next; `null` where there is none. */
  attempt(piece: number): object | null;
  /** Whether a peer that unchoked us keeps us waiting for what we asked it for. */
  snubs(wire: Wire): boolean;
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

/** Peers that one block is asked for from at the end. */
const ENDGAME_ASKINGS = 3;
/** Blocks that a peer is asked for in the endgame: what is asked for twice should not wait in a queue. */
const ENDGAME_BLOCKS = 2;
/** What bittorrent-protocol says of a request that the peer refused. */
const REJECTED = "request was rejected";

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
  const holdings = createHoldings(torrent, picker);
  const connections = new Map<Wire, Connection>();
  const begun = createBegun<Connection>();
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
    snubs: (wire) => connections.get(wire)?.snubs ?? false,
    tick() {
      for (const connection of connections.values()) {
        forgetRefusals(connection);
        if (connection.useful === 0) connection.wire.uninterested();
        if (keepsWaiting(connection)) askOthers(connection);
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
    for (let piece = 0; piece < pieceCount; piece += 1) if (torrent.bitfield.get(piece)) picker.take(piece);
    holdings.begin(connections.values());
    for (const connection of connections.values()) interest(connection);
  }

  function connect(wire: Wire): void {
    const connection = createConnection(wire, pieceCount);
    connections.set(wire, connection);
    const all = () => {
      for (let piece = 0; piece < pieceCount; piece += 1)
        if (wire.peerPieces.get(piece)) holdings.gained(connection, piece);
      interest(connection);
    };
    wire.on("bitfield", all);
    wire.on("have-all", all);
    wire.on("have", (piece: number) => {
      holdings.gained(connection, piece);
      interest(connection);
    });
    wire.lt_donthave.on("donthave", (piece: number) => holdings.lost(connection, piece));
    wire.on("unchoke", () => {
      connection.snubs = false;
      fill(connection);
    });
    wire.on("choke", fillSoon);
    wire.once("close", () => {
      connections.delete(wire);
      holdings.left(connection);
      fillSoon();
    });
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
    const { wire, ended, useful } = connection;
    if (halted || torrent.destroyed || wire.destroyed || ended || wire.peerChoking || useful === 0) return;
    const ahead = aheadOf(connection);
    // Several at a time: each look for a block costs more than the block after it.
    if (wire.requests.length > 0.75 * ahead) return;
    while (wire.requests.length < ahead) {
      const attempt = choose(connection);
      const block = attempt?.free();
      if (!attempt || block === undefined) return repeat(connection);
      if (!ask(connection, attempt, block)) return;
    }
  }

  /** The piece that this connection goes on with, joins, or begins. */
  function choose(connection: Connection): Attempt<Connection> | undefined {
    const { current, has } = connection;
    if (current && begun.isOpen(current) && has[current.piece] === HOLDS.yes) return current;
    connection.current = undefined;
    const { strategy } = options.settings();
    const orderOf = (piece: number) => (strategy === "rarest" ? picker.availability(piece) : piece);
    const may = (piece: number) => mayAsk(connection, piece);
    const joined = begun.joinable(may, orderOf);
    const fresh = picker.next(strategy, may);
    const crowded = begun.size > 2 * connections.size;
    if (joined && (fresh === undefined || crowded || orderOf(joined.piece) <= orderOf(fresh)))
      connection.current = joined;
    else if (fresh !== undefined) connection.current = begin(fresh);
    return connection.current;
  }

  function mayAsk({ wire, has }: Connection, piece: number): boolean {
    return has[piece] === HOLDS.yes && options.mayAsk(wire, piece);
  }

  function begin(piece: number): Attempt<Connection> {
    picker.take(piece);
    return begun.begin(piece, lengthOfPiece(content, piece));
  }

  /** The endgame: every block that is missing was asked for, and this peer has nothing to do. */
  function repeat(connection: Connection): void {
    if (!options.settings().endgame || picker.size > 0 || begun.hasFree) return;
    const may = (piece: number) => mayAsk(connection, piece);
    while (connection.wire.requests.length < ENDGAME_BLOCKS) {
      const next = begun.repeatable(connection, may, ENDGAME_ASKINGS);
      if (!next || !ask(connection, next.attempt, next.block)) return;
    }
  }

  /** @returns whether the request went out. */
  function ask(connection: Connection, attempt: Attempt<Connection>, block: number): boolean {
    const { wire } = connection;
    const { offset, length } = attempt.range(block);
    const waiting = wire.requests.length;
    if (waiting === 0) connection.since = performance.now();
    begun.asked(attempt, block, connection);
    options.onAsked(wire, attempt.piece);
    wire.request(attempt.piece, offset, length, (error, bytes) => {
      if (error?.message === REJECTED && !wire.peerChoking) noteRefusal(connection, attempt.piece);
      if (error || !bytes) giveUp(connection, attempt, block);
      else receive(connection, attempt, block, bytes);
    });
    // An ended socket refuses at once, for some time before it is closed: asked again, it would refuse again.
    connection.ended = wire.requests.length === waiting;
    return !connection.ended;
  }

  function giveUp(connection: Connection, attempt: Attempt<Connection>, block: number): void {
    if (!begun.gaveUp(attempt, block, connection)) return;
    if (connection.has[attempt.piece] !== HOLDS.yes && attempt.untouched) drop(attempt);
    fillSoon();
  }

  /** Nothing came of it: who claims every piece and sends none would make us hold room for all of them. */
  function drop(attempt: Attempt<Connection>): void {
    restart(attempt);
    begun.reuse(attempt.bytes);
  }

  function receive(connection: Connection, attempt: Attempt<Connection>, block: number, bytes: Uint8Array): void {
    connection.rate.add(bytes.length);
    connection.since = performance.now();
    connection.snubs = false;
    if (begun.get(attempt.piece) === attempt) accept(connection, attempt, block, bytes);
    fill(connection);
  }

  /** A block that is there already changes nothing: its piece may be on its way to the disk. */
  function accept(connection: Connection, attempt: Attempt<Connection>, block: number, bytes: Uint8Array): void {
    const others = attempt.received(block, connection, bytes);
    if (!others) return;
    const { offset, length } = attempt.range(block);
    for (const { wire } of others) wire.cancel(attempt.piece, offset, length);
    if (attempt.complete) finish(attempt);
  }

  /** Whatever it was asked for is free again; what it sends after all still counts. */
  function askOthers(connection: Connection): void {
    if (connection.snubs) return;
    connection.snubs = true;
    for (const { piece, offset } of connection.wire.requests) {
      const attempt = begun.get(piece);
      if (attempt) giveUp(connection, attempt, offset / BLOCK_LENGTH);
    }
  }

  function finish(attempt: Attempt<Connection>): void {
    const { piece, bytes } = attempt;
    if (!createHash("sha1").update(bytes).digest().equals(hashOfPiece(content, piece))) {
      restart(attempt);
      options.onFailed(piece, bytes);
      return;
    }
    options.onGood(piece, bytes);
    torrent.store.put(piece, bytes, (error) => {
      if (torrent.destroyed) return;
      if (error) return torrent._destroy(error);
      begun.reuse(bytes);
      verified(attempt);
    });
  }

  /** The piece is to be begun again. */
  function restart(attempt: Attempt<Connection>): void {
    begun.end(attempt);
    picker.putBack(attempt.piece);
    fillSoon();
  }

  function verified(attempt: Attempt<Connection>): void {
    const { piece } = attempt;
    begun.end(attempt);
    torrent._markVerified(piece);
    for (const connection of connections.values()) {
      connection.wire.have(piece);
      holdings.verified(connection, piece);
    }
    if (torrent._checkDone()) begun.release();
  }
}
