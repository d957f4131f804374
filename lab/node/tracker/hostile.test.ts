import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { seededRandom } from "../../seeded-random.ts";
import { testSeed } from "../../test-seed.fixture.ts";
import {
  announcePacket,
  ask,
  askRaw,
  connectPacket,
  hash,
  killProgram,
  type Launched,
  launchProgram,
  portOf,
  query,
  scrapePacket,
  udpClient,
} from "./tracker.fixture.ts";
import { startTracker, type Tracker } from "./tracker.ts";

/** K04 of the reliability plan: whatever comes in, the tracker lives, stays small and answers who asks properly. */

let tracker: Tracker;
beforeEach(async () => {
  tracker = await startTracker({ host: "127.0.0.1", port: 0 });
});
afterEach(() => tracker.close());

async function expectHonestAnswers(port = tracker.port): Promise<void> {
  const { status, body } = await ask(port, `/announce?${query({ port: 9 })}`);
  expect({ status, body }).toMatchObject({ status: 200, body: expect.stringMatching(/^d8:complete/) });
  const client = await udpClient(port);
  expect((await client.ask(announcePacket(await client.connect(), { port: 10 })))?.readUInt32BE(0)).toBe(1);
  client.close();
}

test("K04: 100,000 random datagrams", { timeout: 60_000 }, async () => {
  const program = launchProgram({});
  onTestFinished(() => killProgram(program));
  const port = await portOf(program);
  const { below: random, bytes } = seededRandom(testSeed("random datagrams"));
  const client = await udpClient(port);
  const id = await client.connect();
  const bodies = [
    () => bytes(random(120)),
    () => Buffer.concat([id, Buffer.from([0, 0, 0, random(4)]), bytes(random(1200))]),
    () => mutate(announcePacket(id), random),
    () => mutate(scrapePacket(id, [hash(1), hash(2)]), random),
    () => mutate(connectPacket(), random),
  ];
  // As many as the socket's buffer holds, for a lost probe would be waited for.
  const batch = 40;
  const flood = async (count: number) => {
    for (let sent = 0; sent < count; sent += batch) {
      for (let i = 0; i < batch; i += 1) client.send(bodies[random(bodies.length)]?.() ?? id);
      await client.ask(connectPacket());
    }
  };
  await flood(50_000);
  const before = residentMemory(program);
  await flood(50_000);
  client.close();
  expect(residentMemory(program) / before).toBeLessThan(1.1);
  await expectHonestAnswers(port);
});

test("K04: 10,000 random queries", { timeout: 60_000 }, async () => {
  const random = seededRandom(testSeed("random queries")).below;
  const alphabet = "aginfo_hashpeer_id=&&==%%?/+#;:0123456789\xff\x80leftportscnumwant";
  const keys = ["info_hash", "peer_id", "port", "left", "numwant", "event", "compact", "", "x"];
  const word = (length: number) => Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const send = async (path: string) => {
    const [response] = await once(get({ host: "127.0.0.1", port: tracker.port, path, agent }), "response");
    response.resume();
    await once(response, "end");
    return response.statusCode;
  };
  for (let i = 0; i < 10_000; i += 4) {
    const paths = Array.from({ length: 4 }, () => {
      const path = ["/announce", "/scrape", "/stats", "/", "/a"][random(5)];
      const pairs = Array.from({ length: random(8) }, () => `${keys[random(keys.length)]}=${word(random(25))}`);
      const search =
        random(3) === 0 ? word(random(200)) : mutate(Buffer.from(`${query()}&${pairs.join("&")}`), random, 33);
      return `${path}?${search.toString("latin1")}`.replace(/[^!-\xff]/g, "!");
    });
    for (const status of await Promise.all(paths.map(send))) expect([200, 400, 404]).toContain(status);
  }
  agent.destroy();
  await expectHonestAnswers();
});

test("a URL of 1 MB is refused", async () => {
  expect(await askRaw(tracker.port, `GET /announce?${"a".repeat(1 << 20)} HTTP/1.1\r\n\r\n`)).toMatch(
    /^$|^HTTP\/1\.1 4/,
  );
  await expectHonestAnswers();
});

test("headers that drip in are cut off", { timeout: 15_000 }, async () => {
  const socket = connect(tracker.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.resume();
  socket.write("GET /stats HTTP/1.1\r\n");
  const drip = setInterval(() => socket.write("X: y\r\n"), 100);
  await once(socket, "close");
  clearInterval(drip);
});

test("2,000 idle connections keep nobody out, and the oldest are closed", { timeout: 30_000 }, async () => {
  const idle: Socket[] = [];
  let closed = 0;
  for (let i = 0; i < 2000; i += 1) {
    const socket = connect(tracker.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.on("close", () => {
      closed += 1;
    });
    socket.resume();
    await once(socket, "connect");
    idle.push(socket);
  }
  await expectHonestAnswers();
  await vi.waitFor(() => expect(closed).toBeGreaterThanOrEqual(1000), 5000);
  expect(idle.at(-1)?.destroyed).toBe(false);
  for (const socket of idle) socket.destroy();
});

test("requests may be pipelined, and rubbish behind them does no harm", async () => {
  const request = (connection: string) =>
    `GET /announce?${query()} HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\n\r\n`;
  const answers = await askRaw(tracker.port, request("keep-alive").repeat(2) + request("close"));
  expect(answers.match(/8:complete/g)).toHaveLength(3);
  await askRaw(tracker.port, `${request("keep-alive")}\0\xff rubbish\r\n\r\n`);
  await expectHonestAnswers();
});

function residentMemory({ child }: Launched): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
}

/** Changes, cuts or lengthens a good message a little. */
function mutate(message: Buffer, random: (below: number) => number, least = 0): Buffer {
  const mutant = Buffer.from(message);
  for (let i = random(6); i > 0; i -= 1) mutant[random(mutant.length)] = least + random(256 - least);
  const length = random(4) === 0 ? random(mutant.length + 1) : mutant.length;
  return Buffer.concat([mutant.subarray(0, length), Buffer.alloc(random(4) === 0 ? random(300) : 0, least)]);
}
