import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { setImmediate } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { usualSettings } from "../../api/words.ts";
import { BLOCK_LENGTH } from "./attempt.ts";
import type { Content } from "./content.ts";
import { takeOverFetching } from "./fetcher.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

/** A loop without an end would hold the whole test run up. */
const PATIENCE = 5;
const BYTES = Buffer.alloc(1000, "content");

test("a block that comes again while its piece is on its way to the disk does not finish the piece again", () => {
  const { connect, written, good } = fetch();
  const [first, second] = [connect(), connect()];
  expect([first.asked.length, second.asked.length]).toEqual([1, 1]);
  first.answer(BYTES);
  second.answer(BYTES);
  expect([good.length, written.length]).toEqual([1, 1]);
});

test("a connection that takes no more requests is asked once", async () => {
  const { connect } = fetch();
  const ended = connect({ takesRequests: false });
  // What was refused is offered to everybody in the next turn.
  for (let turn = 0; turn < 2 * PATIENCE; turn += 1) await setImmediate();
  expect([ended.asked.length, ended.refused]).toEqual([0, 1]);
});

test("a block that was refused is not asked for again at once, nor is the rest of its piece", async () => {
  const { connect } = fetch({ pieces: 3, blocks: 6 });
  const refusing = connect();
  for (let turn = 0; turn < 20; turn += 1) {
    refusing.refuse();
    await setImmediate();
  }
  expect(refusing.blocks).toHaveLength(new Set(refusing.blocks).size);
  expect(new Set(refusing.pieces)).toEqual(new Set([0, 1, 2]));
  expect(refusing.asked).toEqual([]);
});

test("what a peer does not have any more is not asked for again (BEP 54)", async () => {
  const { connect } = fetch({ pieces: 2, blocks: 6 });
  const peer = connect();
  const before = peer.blocks.length;
  const [gone] = peer.pieces;
  peer.wire.lt_donthave.emit("donthave", gone);
  for (const { done } of peer.asked.splice(0)) done(new Error("peer sent donthave"));
  for (let turn = 0; turn < PATIENCE; turn += 1) await setImmediate();
  expect(peer.pieces.slice(before)).toEqual([1, 1, 1].map((one) => one - (gone ?? 0)));
});

test("a peer that says it lost a piece that does not exist is as interesting as before", () => {
  const { connect, tick } = fetch({ pieces: 2 });
  const peer = connect();
  for (const piece of [2, 0xffffffff]) peer.wire.lt_donthave.emit("donthave", piece);
  tick();
  expect(peer.dismissed).toBe(0);
});

test("a piece that was refused is asked for again after a while, and the peer stays interesting until then", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const { connect, tick, good } = fetch();
  const peer = connect();
  peer.refuse();
  vi.advanceTimersByTime(14_000);
  tick();
  await setImmediate();
  expect([peer.asked.length, peer.dismissed]).toEqual([0, 0]);
  vi.advanceTimersByTime(1000);
  tick();
  await setImmediate();
  expect(peer.asked).toHaveLength(1);
  peer.answer(BYTES);
  expect(good).toEqual([0]);
});

test("a request that a choke takes back is no refusal", async () => {
  const { connect } = fetch();
  const peer = connect();
  peer.chokes(true);
  peer.refuse();
  peer.chokes(false);
  await setImmediate();
  expect(peer.asked).toHaveLength(1);
});

test("a piece of which nothing came before it was refused takes no memory", async () => {
  const { connect, attempt } = fetch({ pieces: 3, blocks: 2 });
  const peer = connect();
  for (let turn = 0; turn < 10; turn += 1) {
    peer.refuse();
    await setImmediate();
  }
  expect([0, 1, 2].map(attempt)).toEqual([null, null, null]);
});

afterEach(() => {
  vi.useRealTimers();
});

/** A torrent of one piece of one block, or of so many, which peers have. */
function fetch({ pieces = 1, blocks = 1 } = {}) {
  const pieceLength = blocks === 1 ? BYTES.length : blocks * BLOCK_LENGTH;
  const written: ((error: Error | null) => void)[] = [];
  const good: number[] = [];
  const torrent = Object.assign(new EventEmitter(), {
    bitfield: { get: () => false },
    destroyed: false,
    store: { put: (_piece: number, _bytes: Uint8Array, done: (error: Error | null) => void) => written.push(done) },
  });
  const content = {
    ...{ pieceCount: pieces, pieceLength, length: pieces * pieceLength },
    pieces: Buffer.concat(Array.from({ length: pieces }, () => createHash("sha1").update(BYTES).digest())),
  } as unknown as Content;
  const fetcher = takeOverFetching({
    torrent: torrent as unknown as Torrent,
    settings: () => usualSettings,
    content,
    onFailed: () => {},
    onGood: (piece) => good.push(piece),
    mayAsk: () => true,
    onAsked: () => {},
  });
  torrent.emit("ready");
  return { connect, written, good, tick: fetcher.tick, attempt: fetcher.attempt };

  /** A peer that has everything and unchokes us. */
  function connect({ takesRequests = true } = {}) {
    const peer = new FakePeer(takesRequests);
    fetcher.connect(peer.wire);
    peer.emit("have-all");
    peer.emit("unchoke");
    return peer;
  }
}

interface Asked {
  readonly piece: number;
  readonly offset: number;
  readonly done: (error: Error | null, block?: Uint8Array) => void;
}

class FakePeer extends EventEmitter {
  readonly asked: Asked[] = [];
  /** Of each block that it was ever asked for, where it is. */
  readonly blocks: string[] = [];
  refused = 0;
  dismissed = 0;
  readonly #takesRequests: boolean;

  constructor(takesRequests: boolean) {
    super();
    this.#takesRequests = takesRequests;
  }

  readonly #state = {
    requests: this.asked,
    peerPieces: { get: () => true },
    peerExtendedHandshake: {},
    peerChoking: false,
    destroyed: false,
    lt_donthave: new EventEmitter(),
    interested: () => {},
    uninterested: () => {
      this.dismissed += 1;
    },
    cancel: () => {},
    request: (piece: number, offset: number, _length: number, done: Asked["done"]) =>
      this.#take({ piece, offset, done }),
  };
  readonly wire = Object.assign(this, this.#state) as unknown as Wire;

  get pieces(): number[] {
    return this.blocks.map((block) => Number(block.split(" ")[0]));
  }

  answer(block: Uint8Array): void {
    this.asked.shift()?.done(null, block);
  }

  /** As bittorrent-protocol says it of the oldest request. */
  refuse(): void {
    this.asked.shift()?.done(new Error("request was rejected"));
  }

  chokes(choking: boolean): void {
    Object.assign(this, { peerChoking: choking });
    this.emit(choking ? "choke" : "unchoke");
  }

  #take(asked: Asked): void {
    this.blocks.push(`${asked.piece} ${asked.offset}`);
    if (this.#takesRequests) return void this.asked.push(asked);
    this.refused += 1;
    if (this.refused > PATIENCE) throw new Error("it is asked over and over");
    asked.done(new Error("wire is closed"));
  }
}
