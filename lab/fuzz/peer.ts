import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { type PeerProgram, startPeerProgram } from "./peer-program.ts";
import { type Subject, type Target, textSeeds } from "./target.ts";

const uint32 = (number: number) => Buffer.from([number >>> 24, number >>> 16, number >>> 8, number]);
const message = (id: number, ...payload: Uint8Array[]) => {
  const body = Buffer.concat([Buffer.from([id]), ...payload]);
  return Buffer.concat([uint32(body.length), body]);
};
const extended = (id: number, text: string) => message(20, Buffer.from([id]), Buffer.from(text, "latin1"));
const PIECE_BYTES = Buffer.alloc(16_384);

/** What follows a good handshake, message by message of BEP 3, 6, 10 and 54. */
const wireSeeds = [
  Buffer.concat([message(5, Buffer.alloc(8, 0xff)), message(1), message(7, uint32(0), uint32(0), PIECE_BYTES)]),
  Buffer.concat([message(2), ...[0, 1, 63].map((n) => message(6, uint32(n), uint32(0), uint32(16_384)))]),
  Buffer.concat([message(4, uint32(5)), message(4, uint32(63)), message(0), message(1), message(3)]),
  Buffer.concat([message(14), message(17, uint32(3)), message(1), message(16, uint32(0), uint32(0), uint32(16_384))]),
  Buffer.concat([message(15), message(8, uint32(0), uint32(0), uint32(16_384)), message(9, Buffer.from([1, 2]))]),
  Buffer.concat([uint32(0), uint32(0), message(99, Buffer.alloc(10)), message(20, Buffer.from([0]))]),
];
const extendedSeeds = [
  extended(
    0,
    "d1:md11:ut_metadatai1e6:ut_pexi2e11:lt_donthavei3ee13:metadata_sizei1000e1:pi6881e4:reqqi500e1:v4:teste",
  ),
  Buffer.concat([extended(0, "d1:md11:ut_metadatai1eee"), extended(1, "d8:msg_typei0e5:piecei0ee")]),
  Buffer.concat([
    extended(0, "d1:md11:ut_metadatai1eee"),
    extended(1, `d8:msg_typei1e5:piecei0e10:total_sizei9ee${"x".repeat(9)}`),
  ]),
  Buffer.concat([
    extended(0, "d1:md11:lt_donthavei2eee"),
    message(5, Buffer.alloc(8, 0xff)),
    extended(2, "\0\0\0\x01"),
  ]),
  extended(0, "d1:ml-3:eee"),
  extended(0, "l-3:aaae"),
];

let handshakes = 0;

/** The first 48 bytes of a connection, with a peer id of its own. */
function handshake(infoHash: string): Buffer {
  handshakes += 1;
  const id = `-FZ0001-${String(handshakes).padStart(12, "0")}`;
  const reserved = "\0\0\0\0\0\x10\0\x04";
  return Buffer.concat([
    Buffer.from(`\x13BitTorrent protocol${reserved}`, "latin1"),
    Buffer.from(infoHash, "hex"),
    Buffer.from(id),
  ]);
}

export const wireTarget: Target = wire("wire", wireSeeds, []);
export const extensionTarget: Target = wire("extension", extendedSeeds, [
  "d1:m",
  "i1e",
  "ee",
  "-3:",
  "8:msg_type",
  "5:piece",
  "i-1e",
  "6:ut_pex",
  "13:metadata_size",
  "d",
  "l",
]);

function wire(name: string, seeds: readonly Uint8Array[], tokens: readonly string[]): Target {
  return {
    name,
    seeds,
    tokens,
    runs: "here",
    async open() {
      const peer = await startPeerProgram();
      return { feed: (input) => feedWire(peer, input), close: () => peer.close() } satisfies Subject;
    },
  };
}

/** Now and then the handshake itself is part of what is mutated: an input that begins with byte 19 is sent as it is. */
async function feedWire(peer: PeerProgram, input: Uint8Array): Promise<string> {
  const socket = connect(peer.port, "127.0.0.1").on("error", () => {});
  const ids = new Set<number>();
  let closed = false;
  let first = true;
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.once("close", () => {
    closed = true;
  });
  const heard = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      if (!first && bytes.length > 4) ids.add(bytes[4] ?? 0);
      first = false;
      if (ids.size > 0) resolve();
    });
  });
  socket.write(input[0] === 19 ? input : Buffer.concat([handshake(peer.infoHash), input]));
  await Promise.race([ended, heard.then(() => delay(2)), delay(15)]);
  await peer.check();
  socket.destroy();
  return `${closed} ${[...ids].sort().join()}`;
}

const body = (text: string) => Buffer.from(text, "latin1");

/** Bodies of tracker answers: the peer lives, and its tracker is asked again when told to. */
export const trackerAnswerTarget: Target = {
  name: "tracker-answer",
  runs: "here",
  seeds: [
    body("d8:completei0e10:incompletei1e8:intervali1800e5:peers6:\x7f\0\0\x01\x1a\xe1e"),
    body("d14:failure reason4:nonee"),
    body("d8:intervali60e5:peersld2:ip9:127.0.0.14:porti1eeee"),
    body("d8:intervali60e6:peers618:0123456789abcdef\x1a\xe112:min intervali5e10:tracker id2:ide"),
    ...textSeeds("<html>", "d8:intervali0e5:peersl-3:eee"),
  ],
  tokens: ["8:interval", "5:peers", "6:peers6", "8:complete", "i-1e", "i0e", "l", "d", "e", "-3:", "i99999999999e"],
  async open() {
    const peer = await startPeerProgram();
    return {
      async feed(input) {
        const before = peer.tracker.announces;
        peer.tracker.answer = (response) => response.end(input);
        await peer.announce();
        for (let waited = 0; peer.tracker.announces === before && waited < 400; waited += 1) await delay(5);
        await peer.check();
        if (peer.tracker.announces === before) throw new Error("no announce within 2 s of the request for one");
        return `${input[0]} ${input.length > 100}`;
      },
      close: () => peer.close(),
    } satisfies Subject;
  },
};
