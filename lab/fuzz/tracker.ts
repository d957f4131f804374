import { createSocket } from "node:dgram";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { startTracker } from "../node/tracker/tracker.ts";
import { outcomeOf, type Subject, type Target, textSeeds } from "./target.ts";

const id = "%01".repeat(20);
const good = `/announce?info_hash=${id}&peer_id=${id}&port=6881&uploaded=0&downloaded=0&left=10&event=started&compact=1`;

/** Raw bytes to the tracker's HTTP port: an answer or a closed connection, and the next honest announce is answered. */
export const trackerHttpTarget: Target = {
  name: "tracker-http",
  runs: "worker",
  good: textSeeds(
    `GET ${good} HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET /scrape?info_hash=${id} HTTP/1.0\r\n\r\n`,
    "GET /stats HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  ),
  others: textSeeds(
    "GET /annnounce?…&a HTTP/1.1\r\nHost: a\r\n\r\nGET /announce?&=b? HTTP/1.1\r\nHost: a\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab",
  ),
  tokens: [
    "&info_hash=",
    "&peer_id=",
    "&port=",
    "&left=",
    "&numwant=",
    "&event=stopped",
    "%00",
    "%zz",
    "%",
    "&&",
    "=",
    "?",
    "\r\n",
    "Content-Length: 99\r\n",
    "Transfer-Encoding: chunked\r\n",
  ],
  async open() {
    const tracker = await startTracker({ host: "127.0.0.1", port: 0 });
    return {
      async feed(input) {
        const answer = await raw(tracker.port, input);
        const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? "closed";
        if (status.startsWith("5")) throw new Error(`answered ${status}`);
        await honest(tracker.port);
        const failure = /failure reason\d+:([^\d]{0,30})/.exec(answer)?.[1];
        return status === "200" && failure === undefined ? `good ${answer.length > 400}` : outcomeOf(failure ?? status);
      },
      close: () => tracker.close(),
    } satisfies Subject;
  },
};

/** What comes back until the tracker has nothing more to say; an unfinished request is given up. */
async function raw(port: number, input: Uint8Array): Promise<string> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  let answer = "";
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  const answered = new Promise<void>((resolve) => {
    socket.on("data", (bytes) => {
      answer += bytes.toString("latin1");
      resolve();
    });
  });
  socket.end(input);
  const timer = setTimeout(() => socket.destroy(), 200);
  await Promise.race([closed, answered]);
  clearTimeout(timer);
  socket.destroy();
  return answer;
}

async function honest(port: number): Promise<void> {
  const [response] = await once(request({ host: "127.0.0.1", port, path: good, agent: false }).end(), "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString("latin1");
  if (response.statusCode !== 200 || !body.startsWith("d8:complete"))
    throw new Error(`an honest announce got ${response.statusCode} ${JSON.stringify(body.slice(0, 100))}`);
}

const connectPacket = Buffer.from("00000417271019800000000000000001", "hex");
const packet = (action: number, length: number) => {
  const bytes = Buffer.alloc(length, 1);
  bytes.writeUInt32BE(action, 8);
  return bytes;
};

/** Datagrams: bytes 0–7 become a valid connection id where the input says so, or the parsers behind it were never reached. */
export const trackerUdpTarget: Target = {
  name: "tracker-udp",
  runs: "worker",
  good: [connectPacket, packet(1, 98), packet(2, 56)],
  others: [packet(3, 16), Buffer.alloc(0), packet(1, 97)],
  tokens: [],
  async open() {
    const tracker = await startTracker({ host: "127.0.0.1", port: 0 });
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const ask = async (message: Uint8Array, mark: number) => {
      const answers: Buffer[] = [];
      const probe = Buffer.from(connectPacket);
      probe.writeUInt32BE(mark, 12);
      const done = new Promise<void>((resolve) => {
        const listen = (bytes: Buffer) => {
          if (bytes.length < 8 || bytes.readUInt32BE(0) !== 0 || bytes.readUInt32BE(4) !== mark)
            return void answers.push(bytes);
          answers.push(bytes);
          socket.off("message", listen);
          resolve();
        };
        socket.on("message", listen);
      });
      socket.send(message, tracker.port, "127.0.0.1");
      socket.send(probe, tracker.port, "127.0.0.1");
      await done;
      return answers;
    };
    let mark = 0x7000_0000;
    const connection = (await ask(connectPacket, mark)).at(-1)?.subarray(8, 16) ?? Buffer.alloc(8);
    return {
      async feed(input) {
        mark += 1;
        const message = Buffer.from(input).subarray(0, 60_000);
        if (message.length >= 8 && message[0] === 1) connection.copy(message);
        const answers = await ask(message, mark);
        if (answers.length > 2) throw new Error("more than one answer to a datagram");
        const [answer] = answers.length === 2 ? answers : [];
        if (
          answer &&
          message[0] !== 1 &&
          answer.length > Math.max(message.length, 16) &&
          !message.subarray(0, 8).equals(connection)
        )
          throw new Error(`${answer.length} bytes to a stranger's ${message.length}`);
        if (!answer) return "silence";
        const action = answer.readUInt32BE(0);
        return `${action === 3 ? "refused" : "good"} ${action} ${answer.length}`;
      },
      async close() {
        socket.close();
        await tracker.close();
      },
    } satisfies Subject;
  },
};
