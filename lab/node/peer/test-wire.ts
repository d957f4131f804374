import { once } from "node:events";
import { connect } from "node:net";

/** The wire protocol by hand, for tests and fuzzing: what clients send that are not ours. */
export const MESSAGE = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  haveAll: 14,
  haveNone: 15,
  reject: 16,
  extended: 20,
} as const;

export const HANDSHAKE_BYTES = 68;

export interface Message {
  readonly id: number;
  readonly payload: Buffer;
}

export interface RawPeer {
  /** Of the other side, its handshake left out. */
  readonly messages: readonly Message[];
  /** In one packet, where it is small. */
  send(...bytes: readonly Uint8Array[]): void;
  close(): void;
}

const bytes = (text: string) => Buffer.from(text, "latin1");

export const uint32 = (...numbers: number[]) =>
  Buffer.concat(numbers.map((n) => Buffer.from([n >>> 24, n >>> 16, n >>> 8, n])));

export function message(id: number, ...payload: Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from([id]), ...payload]);
  return Buffer.concat([uint32(body.length), body]);
}

/** @param peerId 20 characters. */
export function handshake(infoHash: string, { peerId = "-XX0000-hostilehosti", fast = true } = {}): Buffer {
  const reserved = `\0\0\0\0\0\x10\0${fast ? "\x04" : "\0"}`;
  return Buffer.concat([bytes(`\x13BitTorrent protocol${reserved}`), Buffer.from(infoHash, "hex"), bytes(peerId)]);
}

/** Those that are there in full, after a handshake. */
export function messagesIn(stream: Buffer): Message[] {
  const messages: Message[] = [];
  let at = HANDSHAKE_BYTES;
  while (at + 4 <= stream.length && at + 4 + stream.readUInt32BE(at) <= stream.length) {
    const end = at + 4 + stream.readUInt32BE(at);
    if (end > at + 4) messages.push({ id: stream[at + 4] ?? 0, payload: stream.subarray(at + 5, end) });
    at = end;
  }
  return messages;
}

/** A connection to a peer that listens. @param onMessage told of each message as it comes. */
export async function callPeer(port: number, onMessage: (message: Message) => void = () => {}): Promise<RawPeer> {
  const messages: Message[] = [];
  let stream = Buffer.alloc(0);
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    stream = Buffer.concat([stream, chunk]);
    for (const one of messagesIn(stream).slice(messages.length)) {
      messages.push(one);
      onMessage(one);
    }
  });
  return {
    messages,
    send: (...parts) => void socket.write(Buffer.concat(parts)),
    close: () => void socket.destroy(),
  };
}
