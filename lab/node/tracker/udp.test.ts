import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fact } from "../../api/facts.ts";
import {
  announcePacket,
  connectPacket,
  hash,
  peerId,
  scrapePacket,
  type UdpAnnounce,
  type UdpClient,
  udpClient,
} from "./tracker.fixture.ts";
import { startTracker, type Tracker } from "./tracker.ts";

let tracker: Tracker;
let client: UdpClient;
let facts: Fact[];

beforeEach(async () => {
  facts = [];
  tracker = await startTracker({ host: "127.0.0.1", port: 0, onFact: (fact) => facts.push(fact) });
  client = await udpClient(tracker.port);
});
afterEach(async () => {
  client.close();
  await tracker.close();
});

const announce = async (values: UdpAnnounce = {}) => {
  const answer = await client.ask(announcePacket(await client.connect(), values));
  if (!answer) throw new Error("no answer");
  expect(answer.readUInt32BE(4)).toBe(7);
  return read(answer);
};
const read = (answer: Buffer) => ({
  action: answer.readUInt32BE(0),
  interval: answer.readUInt32BE(8),
  leechers: answer.readUInt32BE(12),
  seeders: answer.readUInt32BE(16),
  ports: Array.from({ length: (answer.length - 20) / 6 }, (_, i) => answer.readUInt16BE(20 + 6 * i + 4)),
});

test("connects, announces and scrapes (BEP 15)", async () => {
  expect(await announce({ left: 0n, port: 2001 })).toEqual({
    action: 1,
    interval: 10,
    leechers: 0,
    seeders: 1,
    ports: [],
  });
  expect(await announce({ port: 2002 })).toEqual({ action: 1, interval: 10, leechers: 1, seeders: 1, ports: [2001] });
  expect(await announce({ port: 2002, left: 0n, event: 1 })).toMatchObject({ leechers: 0, seeders: 2 });
  const answer = await client.ask(scrapePacket(await client.connect(), [hash(1), hash(9)]));
  const counts = Array.from({ length: 6 }, (_, i) => answer?.readUInt32BE(8 + 4 * i));
  expect(counts).toEqual([2, 1, 0, 0, 0, 0]);
  expect(facts.map(({ type }) => type)).toEqual(["announce", "announce", "announce", "scrape"]);
});

test("stopped peers leave; unknown events are updates; the whole life as facts", async () => {
  await announce({ event: 2 });
  await announce({ event: 77 });
  expect(await announce({ event: 3, numwant: 200 })).toMatchObject({ leechers: 0, ports: [] });
  expect(facts).toMatchObject([
    { event: "started", protocol: "udp", peer: peerId("u").toString("hex"), address: "127.0.0.1:2001" },
    { event: "update" },
    { event: "stopped" },
  ]);
});

test.each([
  [-1, 50],
  [-5, 50],
  [0, 0],
  [7, 7],
  [99999999, 200],
])("numwant %i gives %i", async (numwant, expected) => {
  const id = await client.connect();
  for (let i = 0; i < 230; i += 1) await client.ask(announcePacket(id, { port: 5000 + i }));
  const { ports } = await announce({ numwant });
  expect(new Set(ports).size).toBe(expected);
});

test("the IP field is passed over", async () => {
  await announce({ ip: 0x06060606 });
  expect(facts).toMatchObject([{ address: "127.0.0.1:2001" }]);
});

test("−1 left is unknown, and a leecher", async () => {
  expect(await announce({ left: 0xffff_ffff_ffff_ffffn })).toMatchObject({ leechers: 1, seeders: 0 });
  expect(facts).toMatchObject([{ left: null }]);
});

test("options behind an announce are passed over (BEP 41)", async () => {
  const packet = Buffer.concat([announcePacket(await client.connect()), Buffer.from([2, 5]), Buffer.from("/path")]);
  expect((await client.ask(packet))?.readUInt32BE(0)).toBe(1);
});

test("port 0 is an error", async () => {
  const answer = await client.ask(announcePacket(await client.connect(), { port: 0 }));
  expect(answer?.readUInt32BE(0)).toBe(3);
  expect(facts).toEqual([]);
});

test.each([0, 1, 15, 57, 97])("K02: an announce of %i bytes is dropped", async (length) => {
  const packet = announcePacket(await client.connect()).subarray(0, length);
  expect(await client.ask(packet)).toBeUndefined();
  expect(facts).toEqual([]);
});

test.each([3, 4, 99, 0xffffffff])("action %i is dropped", async (action) => {
  const packet = announcePacket(await client.connect());
  packet.writeUInt32BE(action, 8);
  expect(await client.ask(packet)).toBeUndefined();
});

test("a connect without the protocol's magic number is dropped", async () => {
  const packet = connectPacket();
  packet.writeUInt32BE(0, 0);
  expect(await client.ask(packet)).toBeUndefined();
});

test("K03: a scrape takes 74 hashes; none is dropped, more is an error", async () => {
  const id = await client.connect();
  const hashes = Array.from({ length: 75 }, (_, i) => hash(i));
  expect((await client.ask(scrapePacket(id, hashes.slice(0, 74))))?.length).toBe(8 + 12 * 74);
  expect(await client.ask(scrapePacket(id, []))).toBeUndefined();
  expect((await client.ask(scrapePacket(id, hashes)))?.readUInt32BE(0)).toBe(3);
});

test("a wrong connection id changes nothing, and its answer is no larger than the question (K06)", async () => {
  const id = Buffer.from(await client.connect());
  id.writeUInt8(id.readUInt8(3) ^ 1, 3);
  for (const packet of [announcePacket(id), scrapePacket(id, [hash(1)]), scrapePacket(id, [])]) {
    const answer = await client.ask(packet);
    if (answer) expect(answer.readUInt32BE(0)).toBe(3);
    expect(answer?.length ?? 0).toBeLessThanOrEqual(packet.length);
  }
  expect((await client.ask(connectPacket()))?.length).toBe(16);
  expect(facts).toEqual([]);
});

test("K02: a connection id is good for its owner only: not from another port, not from another address", async () => {
  const id = await client.connect();
  const others = await Promise.all([udpClient(tracker.port), udpClient(tracker.port, "127.0.0.2")]);
  for (const other of others) {
    expect((await other.ask(announcePacket(id)))?.readUInt32BE(0)).toBe(3);
    expect((await other.ask(announcePacket(await other.connect())))?.readUInt32BE(0)).toBe(1);
    other.close();
  }
  expect(facts).toMatchObject([{ address: "127.0.0.1:2001" }, { address: "127.0.0.2:2001" }]);
});
