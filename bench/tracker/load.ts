import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { announcePacket, announceRequest, type Crowd } from "./announce.ts";

export type Protocol = "UDP" | "HTTP, close" | "HTTP, keep-alive";

/** Sends as fast as answers come back, until told to stop; calls `answered` for each. */
type Load = (port: number, crowd: Crowd, answered: () => void) => Promise<() => Promise<void>>;

export const announceLoads: Readonly<Record<Protocol, Load>> = {
  UDP: udpLoad,
  "HTTP, close": (port, crowd, answered) => httpLoad(port, crowd, false, answered),
  "HTTP, keep-alive": (port, crowd, answered) => httpLoad(port, crowd, true, answered),
};

/** Announces under way at a time. */
const WINDOW = { udp: 64, http: 32 };
/** The action of an answer to an announce (BEP 15). */
const ANNOUNCED = 1;
const HELLO = Buffer.from("00000417271019800000000000000001", "hex");

async function udpLoad(port: number, crowd: Crowd, answered: () => void): Promise<() => Promise<void>> {
  const { socket, connection } = await openUdp(port);
  const packets = Array.from({ length: crowd.peers }, (_, peer) => announcePacket(connection, peer, crowd));
  let next = 0;
  const send = () => {
    next = (next + 1) % packets.length;
    socket.send(packets[next] ?? HELLO, port, "127.0.0.1");
  };
  socket.on("message", () => {
    answered();
    send();
  });
  for (let i = 0; i < WINDOW.udp; i += 1) send();
  return async () => void socket.close();
}

async function httpLoad(
  port: number,
  crowd: Crowd,
  keepAlive: boolean,
  answered: () => void,
): Promise<() => Promise<void>> {
  let [stopped, next, open] = [false, 0, 0];
  const requests = Array.from({ length: crowd.peers }, (_, peer) => announceRequest(peer, crowd, keepAlive));
  const request = () => requests[next++ % crowd.peers] ?? "";
  const run = () => {
    if (stopped) return;
    const socket = connect(port, "127.0.0.1", () => socket.write(request(), "latin1"));
    open += 1;
    socket.on("data", () => {
      answered();
      if (keepAlive && !stopped) socket.write(request(), "latin1");
      else socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      open -= 1;
      run();
    });
  };
  for (let i = 0; i < WINDOW.http; i += 1) run();
  return async () => {
    stopped = true;
    while (open > 0) await delay(10);
  };
}

export interface SteadyRate extends Crowd {
  readonly rate: number;
  readonly seconds: number;
}

/**
 * Milliseconds until the answer, of announces that are sent at a steady rate whatever becomes of those before; infinite
 * for those that were refused or never answered.
 */
export async function udpLatencies(port: number, load: SteadyRate): Promise<number[]> {
  const { socket, connection } = await openUdp(port);
  const { latencies, began } = stopwatch();
  const ends = new Map<number, () => void>();
  socket.on("message", (answer) => {
    if (answer.readUInt32BE(0) === ANNOUNCED) ends.get(answer.readUInt32BE(4))?.();
  });
  await steadily(load, (peer) => {
    ends.set(peer, began());
    socket.send(announcePacket(connection, peer, load), port, "127.0.0.1");
  });
  socket.close();
  return latencies;
}

/** The same over HTTP, each announce on a connection of its own. */
export async function httpLatencies(port: number, load: SteadyRate): Promise<number[]> {
  const { latencies, began } = stopwatch();
  await steadily(load, (peer) => {
    const ended = began();
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(announceRequest(peer, load, false), "latin1"));
    socket.on("data", (part) => {
      answer += part.toString("latin1");
      if (!answer.includes("\r\n\r\nd")) return;
      if (/^HTTP\/1\.\d 200 /.test(answer) && !answer.includes("failure reason")) ended();
      socket.destroy();
    });
    socket.on("error", () => {});
  });
  return latencies;
}

/** Times each thing from `began` to the call of what that returns. */
function stopwatch(): { latencies: number[]; began: () => () => void } {
  const latencies: number[] = [];
  const began = () => {
    const [at, begin] = [latencies.push(Number.POSITIVE_INFINITY) - 1, performance.now()];
    return () => {
      latencies[at] = performance.now() - begin;
    };
  };
  return { latencies, began };
}

/** In bunches of what is due each millisecond; then a moment for the last answers. */
async function steadily({ rate, seconds, peers }: SteadyRate, send: (peer: number) => void): Promise<void> {
  const begin = performance.now();
  for (let sent = 0; sent < rate * seconds; await delay(1)) {
    const due = Math.min(rate * seconds, ((performance.now() - begin) / 1000) * rate);
    for (; sent < due; sent += 1) send(sent % peers);
  }
  await delay(300);
}

async function openUdp(port: number): Promise<{ socket: Socket; connection: Buffer }> {
  const socket = createSocket({ type: "udp4", lookup: (name, _options, done) => done(null, name, 4) });
  socket.send(HELLO, port, "127.0.0.1");
  const [answer] = await once(socket, "message");
  return { socket, connection: answer.subarray(8, 16) };
}
