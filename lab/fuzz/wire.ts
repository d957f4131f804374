import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type PeerProgram, startPeerProgram } from "./peer-program.ts";
import type { Subject, Target } from "./target.ts";

const uint32 = (number: number) => Buffer.from([number >>> 24, number >>> 16, number >>> 8, number]);
const message = (id: number, ...payload: Uint8Array[]) => {
  const body = Buffer.concat([Buffer.from([id]), ...payload]);
  return Buffer.concat([uint32(body.length), body]);
};
const extended = (id: number, text: string) => message(20, Buffer.from([id]), Buffer.from(text, "latin1"));
const PIECE_BYTES = Buffer.alloc(16_384);

/** What follows a good handshake, message by message of BEP 3, 6, 10 and 54. */
const goodMessages = [
  Buffer.concat([message(5, Buffer.from([0xf8])), message(1)]),
  Buffer.concat([message(2), ...[0, 1, 4].map((n) => message(6, uint32(n), uint32(0), uint32(16_384)))]),
  Buffer.concat([message(4, uint32(3)), message(4, uint32(4)), message(0), message(1), message(3)]),
  Buffer.concat([message(14), message(17, uint32(3)), message(1), message(16, uint32(0), uint32(0), uint32(16_384))]),
  Buffer.concat([message(15), message(8, uint32(0), uint32(0), uint32(16_384)), message(9, Buffer.from([1, 2]))]),
];
const oddMessages = [
  Buffer.concat([message(5, Buffer.from([0xf8])), message(1), message(7, uint32(0), uint32(0), PIECE_BYTES)]),
  Buffer.concat([uint32(0), uint32(0), message(99, Buffer.alloc(10)), message(20, Buffer.from([0]))]),
  message(4, uint32(5)),
  message(5, Buffer.alloc(2, 0xff)),
  uint32(0xffffffff),
];
const goodExtended = [
  extended(
    0,
    "d1:md11:ut_metadatai1e6:ut_pexi2e11:lt_donthavei3ee13:metadata_sizei1000e1:pi6881e4:reqqi500e1:v4:teste",
  ),
  Buffer.concat([extended(0, "d1:md11:ut_metadatai1eee"), extended(1, "d8:msg_typei0e5:piecei0ee")]),
  Buffer.concat([
    extended(0, "d1:md11:ut_metadatai1eee"),
    extended(1, `d8:msg_typei1e5:piecei0e10:total_sizei9ee${"x".repeat(9)}`),
  ]),
  Buffer.concat([extended(0, "d1:md11:lt_donthavei2eee"), message(5, Buffer.from([0xf8])), extended(2, "\0\0\0\x01")]),
];
const oddExtended = [extended(0, "d1:ml-3:eee"), extended(0, "l-3:aaae")];

const MESSAGE = { unchoke: 1, interested: 2, request: 6, piece: 7 } as const;
const request = (...numbers: readonly number[]) => message(MESSAGE.request, ...numbers.map(uint32));
const requests = (offset: number, length: number) =>
  Buffer.concat([0, 1, 4, 5].map((piece) => request(piece, offset, length)));
/** At the ends of a piece, and of what fits into 31 and 32 bits. */
const edges = [1, 16_383, 16_384, 0x7fffffff, 0x80000000, 0xffffffff];
const HANDSHAKE = "\x13BitTorrent protocol\0\0\0\0\0\x10\0\x04";
const HANDSHAKE_BYTES = 68;
/** A peer on loopback has ended a connection that it does not like by then. */
const WORD_MS = 5;
let handshakes = 0;

/** With a peer id of its own. */
function handshake(infoHash: string): Buffer {
  handshakes += 1;
  const id = `-FZ0001-${String(handshakes).padStart(12, "0")}`;
  return Buffer.concat([Buffer.from(HANDSHAKE, "latin1"), Buffer.from(infoHash, "hex"), Buffer.from(id)]);
}

/** To a leecher: whatever a peer may say. */
export const wireTarget: Target = wire("wire", "fetch", { good: goodMessages, others: oddMessages, tokens: [] });

/** To a leecher: extension messages. */
export const extensionTarget: Target = wire("extension", "fetch", {
  good: goodExtended,
  others: oddExtended,
  tokens: ["d1:m", "i1e", "ee", "-3:", "8:msg_type", "5:piece", "i-1e", "6:ut_pex", "13:metadata_size", "d", "l"],
});

/** To a seeder that has unchoked us: requests. */
export const requestTarget: Target = wire("request", "seed", {
  good: [requests(0, 16_384), requests(16_000, 384), requests(1, 1), Buffer.concat([requests(0, 16_384), message(3)])],
  others: [
    ...[requests(0, 0), requests(16_384, 1), requests(0, 131_073), requests(0, 0xffffffff)],
    ...edges.map((offset) => requests(offset, 16_384)),
  ],
  // Whole messages: an odd number lands in the right place of one by chance once in hundreds of inputs.
  tokens: edges.flatMap((edge) =>
    [request(edge, 0, 1), request(0, edge, 1), request(4, 0, edge)].map((bytes) => bytes.toString("latin1")),
  ),
});

function wire(name: string, duty: "seed" | "fetch", seeds: Pick<Target, "good" | "others" | "tokens">): Target {
  return {
    name,
    ...seeds,
    runs: "here",
    async open() {
      const peer = await startPeerProgram(duty);
      return { feed: (input) => feedWire(peer, duty, input), close: () => peer.close() } satisfies Subject;
    },
  };
}

/**
 * An input is what follows the handshakes: what the fast extension allows is known only then (BEP 6). One that begins with
 * byte 19 has a handshake of its own.
 */
async function feedWire(peer: PeerProgram, duty: "seed" | "fetch", input: Uint8Array): Promise<string> {
  const socket = connect(peer.port, "127.0.0.1").on("error", () => {});
  let answer = Buffer.alloc(0);
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve("refused")));
  const until = (wanted: () => boolean) =>
    new Promise<void>((resolve) => socket.on("data", () => wanted() && resolve()));
  socket.on("data", (bytes) => {
    answer = Buffer.concat([answer, bytes]);
  });
  if (input[0] !== HANDSHAKE.charCodeAt(0)) {
    socket.write(handshake(peer.infoHash));
    await Promise.race([until(() => answer.length >= HANDSHAKE_BYTES), ended]);
    if (duty === "seed") {
      socket.write(message(MESSAGE.interested));
      await Promise.race([until(() => messageIds(answer).includes(MESSAGE.unchoke)), ended]);
    }
  }
  socket.write(input);
  const outcome = await Promise.race([ended, delay(WORD_MS, "good")]);
  await peer.check();
  socket.destroy();
  judgeBlocks(answer, Buffer.from(input));
  return `${outcome} ${messageIds(answer).join()}`;
}

/** @throws where a block came that was not asked for, or not in this length. */
function judgeBlocks(answer: Buffer, asked: Buffer): void {
  for (const { id, length, payload } of messagesIn(answer)) {
    if (id !== MESSAGE.piece || payload.length < 8) continue;
    const block = Buffer.concat([payload.subarray(0, 8), uint32(length - 9)]);
    if (!asked.includes(block)) throw new Error(`a block that nobody asked for: ${block.toString("hex")}`);
  }
}

/** Kinds of the messages that a peer sent after its handshake. */
function messageIds(bytes: Buffer): number[] {
  const ids = new Set([...messagesIn(bytes)].map(({ id }) => id));
  return [...ids].sort((a, b) => a - b);
}

/** Messages after the handshake, each with the length that it says it has; the last one may not be there in full. */
function* messagesIn(bytes: Buffer): Generator<{ id: number; length: number; payload: Buffer }> {
  for (let at = HANDSHAKE_BYTES; at + 4 < bytes.length; at += 4 + bytes.readUInt32BE(at)) {
    const length = bytes.readUInt32BE(at);
    yield { id: bytes[at + 4] ?? 0, length, payload: bytes.subarray(at + 5, at + 4 + length) };
  }
}
