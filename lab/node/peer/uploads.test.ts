import { EventEmitter, once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import GuardedWire from "../shims/bittorrent-protocol.ts";
import type { Content } from "./content.ts";
import { createLedger } from "./ledger.ts";
import { handshake, MESSAGE, message, messagesIn, uint32 } from "./test-wire.ts";
import { createUplink } from "./uplink.ts";
import { serveUploads } from "./uploads.ts";
import type { Peer, Torrent, Wire } from "./webtorrent-client.ts";

/** Of two pieces, the last one shorter. */
const content: Pick<Content, "pieceCount" | "pieceLength" | "length" | "bytes"> = {
  ...{ pieceCount: 2, pieceLength: 32_768, length: 52_768 },
  bytes: Buffer.alloc(100),
};
const LAST = { piece: 1, length: 20_000 };

test.each([
  ["of nothing", 0, 0, 16_384, 0, 16_384],
  ["up to the end of a piece", 0, 16_384, 16_384, 16_384, 16_384],
  ["up to the end of the last piece", LAST.piece, 16_384, 3616, 16_384, 3616],
])("a request %s is answered with its block", async (_, piece, offset, length) => {
  const { ask, answers } = await serve();
  ask(piece, offset, length);
  expect(await answers()).toEqual([[MESSAGE.piece, piece, offset, length]]);
});

test.each([
  ["before a piece", 0, -1, 16_384],
  ["far before a piece", 0, 0x80000000, 16_384],
  ["beyond a piece", 0, 32_768, 16_384],
  ["over the end of a piece", 0, 16_385, 16_384],
  ["over the end of the last piece, which is shorter", LAST.piece, 16_384, 3617],
])("a request %s is rejected, and without the fast extension ends the connection", async (_, piece, offset, length) => {
  const fast = await serve();
  fast.ask(piece, offset, length);
  expect(await fast.answers()).toEqual([[MESSAGE.reject, piece, offset >>> 0, length]]);
  expect(fast.ended).toEqual([]);
  const plain = await serve({ fast: false });
  plain.ask(piece, offset, length);
  expect(await plain.answers()).toEqual([]);
  expect(plain.ended).toEqual([`asks for bytes that piece ${piece} does not have`]);
});

test("a block whose numbers do not fit into 31 bits is sent under just these", async () => {
  const { wire, answers } = await serve();
  wire.piece(-1, -2, Buffer.alloc(3));
  expect(await answers()).toEqual([[MESSAGE.piece, 0xffffffff, 0xfffffffe, 3]]);
});

test.each([
  ["that waits for its turn", { limit: 0 }],
  ["that is being read", { reads: false }],
])("a request %s and is cancelled is rejected, once (BEP 6)", async (_, options) => {
  const { ask, cancel, answers, wire } = await serve(options);
  ask(0, 0, 16_384);
  ask(0, 16_384, 16_384);
  cancel(0, 0, 16_384);
  cancel(0, 0, 16_384);
  expect(await answers()).toEqual([[MESSAGE.reject, 0, 0, 16_384]]);
  expect(wire.peerRequests).toHaveLength(1);
});

test.each([
  ["cancelled", "cancel"],
  ["taken back by a choke", "choke"],
])("a request that was %s while it waited and is made again is answered", async (_, how) => {
  const { ask, cancel, answers, wire, uplink } = await serve({ limit: 0 });
  ask(0, 0, 16_384);
  await answers();
  if (how === "cancel") cancel(0, 0, 16_384);
  else wire.choke();
  wire.unchoke();
  ask(0, 0, 16_384);
  await answers();
  uplink.limit(null);
  expect(await answers()).toEqual([
    [MESSAGE.reject, 0, 0, 16_384],
    [MESSAGE.piece, 0, 0, 16_384],
  ]);
});

test("a cancel of what was sent already, or without the fast extension, has no answer", async () => {
  const sent = await serve();
  sent.ask(0, 0, 16_384);
  expect(await sent.answers()).toHaveLength(1);
  sent.cancel(0, 0, 16_384);
  expect(await sent.answers()).toHaveLength(1);
  const plain = await serve({ fast: false, limit: 0 });
  plain.ask(0, 0, 16_384);
  plain.cancel(0, 0, 16_384);
  expect(await plain.answers()).toEqual([]);
});

test.each([
  ["with the fast extension are rejected", true],
  ["without it are passed over", false],
])("requests for pieces that are not there %s, and none of them is kept", async (_, fast) => {
  const { ask, answers, ended, wire } = await serve({ fast, has: () => false });
  for (const piece of [0, 1, 2, -1]) ask(piece, 0, 16_384);
  expect((await answers()).map(([kind, piece]) => [kind, piece])).toEqual(
    fast ? [0, 1, 2, 0xffffffff].map((piece) => [MESSAGE.reject, piece]) : [],
  );
  expect([wire.peerRequests.length, ended]).toEqual([0, []]);
});

test("who has more requests open than it can have been told of is ended, also while they are being read", async () => {
  const { ask, ended, answers } = await serve({ reads: false });
  for (let left = 1100; left > 0; left -= 1) ask(0, left, 1);
  await answers();
  expect(ended[0]).toBe("asks for more than it reads");
});

test.each([
  ["of which we have nothing", { has: () => false }],
  ["while it is choked", { choked: true }],
])("who asks on and on and reads no answer is ended, for pieces %s", async (_, options) => {
  const { wire, ended } = await serve({ ...options, listens: false });
  const many = Buffer.concat(Array.from({ length: 1000 }, () => message(MESSAGE.request, uint32(0, 0, 1))));
  let sent = 0;
  for (; ended.length === 0 && sent < 200; sent += 1) {
    wire.write(many);
    await setImmediate();
  }
  expect(ended[0]).toBe("reads nothing of what it is sent");
  expect(sent).toBeGreaterThan(50);
});

/** A seeder's end of a connection that it has unchoked; an answer is its kind, its piece, its offset and its length. */
async function serve({
  fast = true,
  has = (piece: number) => piece >= 0 && piece < content.pieceCount,
  limit = null as number | null,
  /** Whether blocks ever come from the disk. */
  reads = true,
  choked = false,
  /** Whether the other side takes what it is sent. */
  listens = true,
} = {}) {
  const real = new GuardedWire("tcpIncoming");
  const wire = real as unknown as Wire & { write(bytes: Uint8Array): void };
  const ended: string[] = [];
  let sent = Buffer.alloc(0);
  real.handshake("aa".repeat(20), "bb".repeat(20), { fast });
  wire.write(handshake("aa".repeat(20), { fast }));
  await once(wire, "handshake");
  real.listen();
  const peer = new EventEmitter() as Peer;
  const uplink = createUplink();
  uplink.limit(limit);
  const store = {
    get: (_: number, { length }: { length: number }, done: Done) => {
      if (reads) done(null, Buffer.alloc(length));
    },
  };
  const torrent = { bitfield: { get: has }, store } as unknown as Torrent;
  serveUploads(wire, peer, { torrent, content, uplink, ledger: createLedger(), because: (text) => ended.push(text) });
  if (!choked) wire.unchoke();
  if (listens)
    wire.on("data", (bytes: Uint8Array) => {
      sent = Buffer.concat([sent, bytes]);
    });
  return {
    wire,
    uplink,
    ended,
    cancel: (...numbers: number[]) => wire.write(message(MESSAGE.cancel, uint32(...numbers))),
    ask: (...numbers: number[]) => wire.write(message(MESSAGE.request, uint32(...numbers))),
    async answers() {
      await setImmediate();
      return messagesIn(sent).flatMap(({ id, payload }) => {
        if (id !== MESSAGE.piece && id !== MESSAGE.reject) return [];
        const length = id === MESSAGE.piece ? payload.length - 8 : payload.readUInt32BE(8);
        return [[id, payload.readUInt32BE(0), payload.readUInt32BE(4), length]];
      });
    },
  };
}

type Done = (error: Error | null, bytes?: Uint8Array) => void;
