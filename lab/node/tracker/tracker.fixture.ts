import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { type NodeEnvironment, writeNodeEnvironment } from "../../api/environment.ts";

/** Requests to a tracker on 127.0.0.1 as clients send them, and as they should not. For tests. */

export const hash = (index: number) => Buffer.from(index.toString(16).padStart(40, "0"), "hex");
export const peerId = (name: string) => Buffer.from(`-XX0001-${name.padStart(12, "_")}`, "latin1");
/** Of a peer of ours, which announces as often as it is told. */
export const ownPeerId = (name: string) => Buffer.from(`-LB0001-${name.padStart(12, "_")}`, "latin1");
export const escapeBytes = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");

/** A good announce's query; `undefined` leaves a key out. */
export function query(values: Record<string, string | number | undefined> = {}): string {
  const all = { info_hash: escapeBytes(hash(1)), peer_id: escapeBytes(peerId("a")), port: 1001, left: 100, ...values };
  return Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One request over a connection of its own; the body as Latin-1. */
export async function ask(port: number, path: string, method = "GET", headers = {}): Promise<HttpAnswer> {
  const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }).end();
  const [response] = await once(sent, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, body: Buffer.concat(chunks).toString("latin1") };
}

/** Sends bytes and gives back all that comes until the other side closes. */
export async function askRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(text, "latin1");
  let answer = "";
  socket.on("data", (data) => {
    answer += data.toString("latin1");
  });
  // Not `once`, which takes the reset that a cut connection may end with for a failure.
  await new Promise((resolve) => socket.on("close", resolve));
  return answer;
}

export interface UdpClient {
  readonly port: number;
  /** Sends and waits for one answer; `undefined` when a datagram sent after it was answered first. */
  ask(message: Uint8Array): Promise<Buffer | undefined>;
  /** Sends and waits for nothing. */
  send(message: Uint8Array): void;
  /** A fresh connection id. */
  connect(): Promise<Buffer>;
  close(): void;
}

export async function udpClient(port: number, host = "127.0.0.1"): Promise<UdpClient> {
  const socket = createSocket("udp4");
  socket.bind(0, host);
  await once(socket, "listening");
  const send = (message: Uint8Array) => socket.send(message, port, "127.0.0.1");
  return {
    port: (socket.address() as AddressInfo).port,
    send,
    ask: (message) => askUdp(socket, send, message),
    async connect() {
      const answer = await askUdp(socket, send, connectPacket());
      if (!answer) throw new Error("no connection id");
      return answer.subarray(8, 16);
    },
    close: () => socket.close(),
  };
}

const PROBE = 0x7fffffff;

/** Silence is proved without a clock: a connect sent behind the question is answered behind it, loopback keeps order. */
async function askUdp(
  socket: Socket,
  send: (message: Uint8Array) => void,
  message: Uint8Array,
): Promise<Buffer | undefined> {
  const answers: Buffer[] = [];
  const probed = new Promise<void>((resolve) => {
    const listen = (answer: Buffer) => {
      if (answer.readUInt32BE(4) !== PROBE) return answers.push(answer);
      socket.off("message", listen);
      return resolve();
    };
    socket.on("message", listen);
  });
  send(message);
  send(connectPacket(PROBE));
  await probed;
  return answers[0];
}

export function connectPacket(transaction = 1): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeUInt32BE(0x417, 0);
  packet.writeUInt32BE(0x27101980, 4);
  packet.writeUInt32BE(transaction, 12);
  return packet;
}

export interface UdpAnnounce {
  infoHash?: Buffer;
  peer?: Buffer;
  left?: bigint;
  event?: number;
  ip?: number;
  numwant?: number;
  port?: number;
}

export function announcePacket(id: Buffer, values: UdpAnnounce = {}): Buffer {
  const packet = Buffer.alloc(98);
  id.copy(packet, 0);
  packet.writeUInt32BE(1, 8);
  packet.writeUInt32BE(7, 12);
  (values.infoHash ?? hash(1)).copy(packet, 16);
  (values.peer ?? peerId("u")).copy(packet, 36);
  packet.writeBigUInt64BE(values.left ?? 100n, 64);
  packet.writeUInt32BE(values.event ?? 0, 80);
  packet.writeUInt32BE(values.ip ?? 0, 84);
  packet.writeInt32BE(values.numwant ?? -1, 92);
  packet.writeUInt16BE(values.port ?? 2001, 96);
  return packet;
}

export function scrapePacket(id: Buffer, hashes: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(16);
  id.copy(head, 0);
  head.writeUInt32BE(2, 8);
  head.writeUInt32BE(9, 12);
  return Buffer.concat([head, ...hashes]);
}

export interface Launched {
  readonly child: ChildProcess;
  /** What it wrote to stderr so far. */
  readonly output: () => string;
}

/** The program as a process of its own. */
export function launchProgram(environment: Partial<NodeEnvironment>): Launched {
  const program = fileURLToPath(new URL("main.ts", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: writeNodeEnvironment({ node: "tracker", host: "127.0.0.1", port: 0, ...environment }),
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr?.on("data", (data) => {
    text += data;
  });
  return { child, output: () => text };
}

/** The port that it says it listens on. */
export async function portOf({ output }: Launched): Promise<number> {
  const line = /:(\d+)\/announce/;
  await vi.waitFor(() => {
    if (!line.test(output())) throw new Error(`the tracker does not listen: ${output()}`);
  }, 10_000);
  return Number(line.exec(output())?.[1]);
}

export async function killProgram({ child }: Launched): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
