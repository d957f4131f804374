import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { HANDSHAKE_BYTES, handshake, MESSAGE, message, messagesIn, uint32 } from "../node/peer/test-wire.ts";
import { type PeerProgram, startPeerProgram } from "./peer-program.ts";
import type { Subject, Target } from "./target.ts";

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

const request = (...numbers: number[]) => message(MESSAGE.request, uint32(...numbers));
const requests = (offset: number, length: number) =>
  Buffer.concat([0, 1, 4, 5].map((piece) => request(piece, offset, length)));
/** At the ends of a piece, and of what fits into 31 and 32 bits. */
const edges = [1, 16_383, 16_384, 0x7fffffff, 0x80000000, 0xffffffff];
/** Of a handshake (BEP 3). */
const FIRST_BYTE = 19;
/** A peer on loopback has ended a connection that it does not like by then. */
const WORD_MS = 5;
let handshakes = 0;

/** With a peer id of its own. */
function ownHandshake(infoHash: string): Buffer {
  handshakes += 1;
  return handshake(infoHash, { peerId: `-FZ0001-${String(handshakes).padStart(12, "0")}` });
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
  if (input[0] !== FIRST_BYTE) {
    socket.write(ownHandshake(peer.infoHash));
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
  for (const { id, payload } of messagesIn(answer)) {
    if (id !== MESSAGE.piece) continue;
    const block = Buffer.concat([payload.subarray(0, 8), uint32(payload.length - 8)]);
    if (!asked.includes(block)) throw new Error(`a block that nobody asked for: ${block.toString("hex")}`);
  }
}

/** Kinds of the messages that a peer sent after its handshake. */
function messageIds(bytes: Buffer): number[] {
  const ids = new Set(messagesIn(bytes).map(({ id }) => id));
  return [...ids].sort((a, b) => a - b);
}
