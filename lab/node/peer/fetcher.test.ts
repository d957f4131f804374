import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { usualSettings } from "../../api/words.ts";
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

/** A torrent of one piece of one block, which peers have. */
function fetch() {
  const written: ((error: Error | null) => void)[] = [];
  const good: number[] = [];
  const torrent = Object.assign(new EventEmitter(), {
    bitfield: { get: () => false },
    destroyed: false,
    store: { put: (_piece: number, _bytes: Uint8Array, done: (error: Error | null) => void) => written.push(done) },
    _hashes: [createHash("sha1").update(BYTES).digest("hex")],
  });
  const content = { pieceCount: 1, pieceLength: BYTES.length, length: BYTES.length } as Content;
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
  return { connect, written, good };

  /** A peer that has everything and unchokes us. */
  function connect({ takesRequests = true } = {}) {
    const peer = new FakePeer(takesRequests);
    fetcher.connect(peer.wire);
    peer.emit("have-all");
    peer.emit("unchoke");
    return peer;
  }
}

type Done = (error: Error | null, block?: Uint8Array) => void;

class FakePeer extends EventEmitter {
  readonly asked: Done[] = [];
  refused = 0;
  readonly #takesRequests: boolean;

  constructor(takesRequests: boolean) {
    super();
    this.#takesRequests = takesRequests;
  }

  readonly wire = Object.assign(this, {
    requests: this.asked,
    peerPieces: { get: () => true },
    peerExtendedHandshake: {},
    peerChoking: false,
    destroyed: false,
    lt_donthave: new EventEmitter(),
    interested: () => {},
    cancel: () => {},
    request: (_piece: number, _offset: number, _length: number, done: Done) => this.#take(done),
  }) as unknown as Wire;

  answer(block: Uint8Array): void {
    this.asked.shift()?.(null, block);
  }

  #take(done: Done): void {
    if (this.#takesRequests) return void this.asked.push(done);
    this.refused += 1;
    if (this.refused > PATIENCE) throw new Error("it is asked over and over");
    done(new Error("wire is closed"));
  }
}
