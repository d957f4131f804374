import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { eventually } from "../../eventually.fixture.ts";
import { readResidentMemory } from "../measures.ts";
import { seededBytes, startTestSwarm } from "./test-swarm.ts";
import { callPeer, handshake, MESSAGE, message, uint32 } from "./test-wire.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");
const extended = (id: number, payload: string) => message(20, Buffer.from([id]), bytes(payload));

/** After a good handshake. */
const badMessages: Record<string, Buffer> = {
  "a bencoded length of minus three": extended(0, "d1:ml-3:eee"),
  "the 14 bytes that freeze npm's decoder": extended(0, "l-3:aaae"),
  "an extended handshake of odd types": extended(
    0,
    "d1:md11:ut_metadatade6:ut_pexlee1:pl2:abe4:reqqi-5e13:metadata_sizedee",
  ),
  "an extended handshake that would shadow objects": extended(0, "d9:__proto__d1:xi1ee1:md8:toStringi1eee"),
  "lists in lists": extended(0, "l".repeat(60_000)),
  "a metadata request of a piece below zero": Buffer.concat([
    extended(0, "d1:md11:ut_metadatai1eee"),
    extended(1, "d8:msg_typei0e5:piecei-1ee"),
  ]),
  "metadata that nobody asked for": extended(1, `d8:msg_typei1e5:piecei99999e10:total_sizei-1ee${"x".repeat(9000)}`),
  "a truncated don't-have": extended(2, "a"),
  "a message of 2 GiB": Buffer.concat([uint32(0x7fffffff), Buffer.alloc(1 << 20, 5)]),
  "a message of minus one bytes": Buffer.concat([uint32(0xffffffff), Buffer.alloc(1000)]),
  "a bitfield that is too short": message(5, Buffer.from([0xff])),
  "a bitfield that is too long": message(5, Buffer.alloc(200_000, 0xff)),
  "have-all after a bitfield": Buffer.concat([message(5, Buffer.alloc(8)), message(14)]),
  "haves beyond the last piece": Buffer.concat([
    message(4, uint32(0x7fffffff)),
    message(4, uint32(-1)),
    message(4, uint32(1 << 20)),
  ]),
  "a have without its index": message(4),
  "an unknown message": message(99, Buffer.alloc(100)),
  "requests of pieces that do not exist": Buffer.concat([
    message(2),
    ...[-1, 0x7fffffff, 999].map((n) => message(6, uint32(n, n, n))),
  ]),
  "a request that is too long": Buffer.concat([message(2), message(6, uint32(0, 0, 1 << 20))]),
  "blocks that nobody asked for": Buffer.concat([
    message(7, uint32(0, 0), Buffer.alloc(16384)),
    message(7, uint32(-1, -1)),
    message(7),
  ]),
  "fast messages beyond the last piece": Buffer.concat([0x0d, 0x10, 0x11].map((id) => message(id, uint32(-1, -1, -1)))),
};

test("nothing that a stranger sends stops, freezes or bloats a peer", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 300_000));
  const { infoHash } = torrent;
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
  await leecher.state(infoHash, "waiting");
  const before = Number(readResidentMemory(leecher.pid));

  const strangers: [string, Buffer[]][] = Object.entries(badMessages).flatMap(([what, bad]) => [
    [what, [handshake(infoHash), bad]],
    [`${what}, in one packet with the handshake`, [Buffer.concat([handshake(infoHash), bad])]],
  ]);
  strangers.push(
    ["another protocol", [bytes("GET / HTTP/1.1\r\n\r\n")]],
    ["another info-hash", [handshake("00".repeat(20))]],
    ["its own peer id", [handshake(infoHash, { peerId: Buffer.from(leecher.peerId, "hex").toString("latin1") })]],
    ["a handshake byte by byte", [...handshake(infoHash)].map((byte) => Buffer.from([byte]))],
    ["nothing", []],
  );
  for (const [what, packets] of strangers) {
    await send(leecher.port, packets);
    const started = performance.now();
    await leecher.command({ type: "verify" }).catch(() => {});
    expect([what, leecher.running(), performance.now() - started < 5000]).toEqual([what, true, true]);
  }
  expect(readResidentMemory(leecher.pid)).toBeLessThan(2 * before);

  const sources = swarm.source(torrent);
  await swarm.start({ name: "seeder", orders: [{ infoHash, duty: "seed" }], sources });
  await leecher.state(infoHash, "seeding");
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  expect(leecher.stderr()).toBe("");
}, 180_000);

test("a message longer than any of the protocol ends the connection before it is there", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 50_000));
  const { infoHash } = torrent;
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
  await leecher.state(infoHash, "waiting");
  const socket = connect(leecher.port, "127.0.0.1").resume();
  socket.write(handshake(infoHash));
  await eventually(() => expect(leecher.of("peer-connected")).toHaveLength(1));
  socket.write(uint32(1 << 24));
  await new Promise((resolve) => socket.once("close", resolve));
  await eventually(() =>
    expect(leecher.of("peer-left")).toMatchObject([{ reason: "broke the protocol: a message of 16777216 bytes" }]),
  );
});

test("who asks on and on and reads no answer is ended, and who reads them is not", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 50_000));
  const { infoHash } = torrent;
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
  await leecher.state(infoHash, "waiting");
  const askAll = Buffer.concat(Array.from({ length: 5000 }, () => message(MESSAGE.request, uint32(0, 0, 16_384))));
  let read = 0;
  const reader = connect(leecher.port, "127.0.0.1").on("data", (bytes) => (read += bytes.length));
  reader.write(Buffer.concat([handshake(infoHash), ...Array.from({ length: 20 }, () => askAll)]));
  await vi.waitFor(() => expect(read).toBeGreaterThan(20 * askAll.length), 10_000);
  const deaf = connect(leecher.port, "127.0.0.1").on("error", () => {});
  deaf.write(handshake(infoHash, { peerId: "-XX0000-deafdeafdeaf" }));
  const ask = () => void (deaf.writable && deaf.write(askAll, ask));
  ask();
  await vi.waitFor(
    () => expect(leecher.of("peer-left")).toMatchObject([{ reason: "reads nothing of what it is sent" }]),
    20_000,
  );
  reader.destroy();
  deaf.destroy();
});

/** A peer that has it all, unchokes, and rejects what it is asked for (BEP 6). @returns the requests, as they come. */
async function refuseEverything(port: number, infoHash: string): Promise<Buffer[]> {
  const asked: Buffer[] = [];
  const peer = await callPeer(port, ({ id, payload }) => {
    if (id !== MESSAGE.request) return;
    asked.push(payload);
    peer.send(message(MESSAGE.reject, payload));
  });
  peer.send(handshake(infoHash), message(MESSAGE.haveAll), message(MESSAGE.unchoke));
  return asked;
}

/** Sends packets one after the other, reads nothing, and closes when the other side does or soon after. */
async function send(port: number, packets: readonly Buffer[]): Promise<void> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.setNoDelay(true);
  await once(socket, "connect");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  for (const packet of packets) await new Promise((resolve) => socket.write(packet, resolve));
  socket.resume();
  await Promise.race([closed, delay(30)]);
  socket.destroy();
}

const compact = "5:peers0:";
type Script = (response: ServerResponse) => void;
test.each([
  ["of one block", 16 * 1024],
  ["of sixteen blocks", 256 * 1024],
])(
  "a peer that refuses every request is asked once for a block, pieces being %s, and the torrent comes from others",
  async (_, pieceLength) => {
    await using swarm = await startTestSwarm();
    const torrent = swarm.torrent("film.bin", seededBytes("film", 18.5 * pieceLength), { pieceLength });
    const { infoHash } = torrent;
    const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
    await leecher.state(infoHash, "waiting");
    const refused = await refuseEverything(leecher.port, infoHash);
    const pieces = () => new Set(refused.map((request) => request.readUInt32BE(0)));
    await vi.waitFor(() => expect(pieces().size).toBe(torrent.pieceCount), 10_000);
    await swarm.start({ name: "seeder", orders: [{ infoHash, duty: "seed" }], sources: swarm.source(torrent) });
    await leecher.state(infoHash, "seeding");
    expect(new Set(refused.map((request) => request.toString("hex"))).size).toBe(refused.length);
  },
);

const answer = (body: string | Buffer, headers = {}) =>
  ((response) => response.writeHead(200, headers).end(body)) as Script;
const badAnswers: Record<string, Script> = {
  "that break off": (response) => {
    response.writeHead(200, { "content-length": 5000 }).write("d8:inter");
    setImmediate(() => response.destroy());
  },
  "with a length below zero": answer("d8:intervali2e5:peersl-3:eee"),
  "that are a page": answer("<html><body>Not found</body></html>"),
  "of 10 MB": answer(Buffer.alloc(10_000_000, "d")),
  "packed to blow up": answer(gzipSync(Buffer.alloc(50_000_000)), { "content-encoding": "gzip" }),
  "that lead in circles": (response) => response.writeHead(302, { location: "/announce" }).end(),
  "of odd types": answer("d14:failure reasoni5e9:info_hashi5e8:intervall1:ae5:peersdee"),
  "with an interval of zero": answer(`d8:intervali0e${compact}e`),
  "with an interval below zero": answer(`d8:intervali-7e${compact}e`),
  "with an endless interval": answer(`d8:intervali1099511627776e${compact}e`),
  "with foreign and odd peers": answer(
    "d8:intervali60e5:peersld2:ipdee1:pld2:ip9:192.0.2.14:porti1eed2:ip3:abc4:porti-1eeee",
  ),
  "that are errors": (response) => response.writeHead(500).end("broken"),
};

test.each(Object.entries(badAnswers))(
  "a tracker with answers %s harms nobody, and is asked again at a sane pace",
  async (what, script) => {
    let announces = 0;
    let bad = true;
    await using swarm = await startTestSwarm();
    const fake = await startFakeTracker((response) => {
      announces += 1;
      if (bad) script(response);
      else response.end(`d8:completei0e10:incompletei1e8:intervali1800e${compact}e`);
    });
    const announce = `http://127.0.0.1:${(fake.address() as AddressInfo).port}/announce`;
    const torrent = swarm.torrent("film.bin", seededBytes("film", 50_000), { announce });
    const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash: torrent.infoHash, duty: "fetch" }] });
    await leecher.state(torrent.infoHash, "waiting");
    await vi.waitFor(
      () => expect(leecher.of("tracker-error").length + leecher.of("tracker-answer").length).toBeGreaterThan(0),
      5000,
    );
    for (const { interval } of leecher.of("tracker-answer")) {
      expect(interval).toBeGreaterThanOrEqual(1);
      expect(interval).toBeLessThanOrEqual(3600);
    }
    bad = false;
    await leecher.command({ type: "announce" });
    await vi.waitFor(
      () => expect(leecher.of("tracker-answer").at(-1)).toMatchObject({ incomplete: 1, interval: 1800 }),
      5000,
    );
    expect([what, leecher.running(), leecher.stderr()]).toEqual([what, true, ""]);
    expect(announces).toBeLessThan(10);
    fake.closeAllConnections();
    fake.close();
  },
);

test("a tracker that is not there at the start is asked again until it is, and then told that we started", async () => {
  await using swarm = await startTestSwarm();
  const probe = await startFakeTracker((response) => response.end());
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const torrent = swarm.torrent("film.bin", seededBytes("film", 50_000), {
    announce: `http://127.0.0.1:${port}/announce`,
  });
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash: torrent.infoHash, duty: "fetch" }] });
  await vi.waitFor(() => expect(leecher.of("tracker-error").length).toBeGreaterThan(1), 10_000);
  const urls: string[] = [];
  const late = await startFakeTracker((response, url) => {
    urls.push(url);
    response.end(`d8:completei0e10:incompletei1e8:intervali1800e${compact}e`);
  }, port);
  await vi.waitFor(() => expect(leecher.of("tracker-answer")).toHaveLength(1), 10_000);
  expect(urls).toEqual([expect.stringContaining("event=started")]);
  late.closeAllConnections();
  late.close();
});

test.each<[string, (event: string) => boolean, string[]]>([
  ["a completion", (event) => event === "completed", ["completed", "completed", "update"]],
  ["all until a completion", () => true, ["completed", "started", "completed", "update"]],
])("a tracker that misses %s is told of it until it answers, and then no more", async (_what, misses, expected) => {
  await using swarm = await startTestSwarm();
  const events: string[] = [];
  let leecherPort: string | undefined;
  const fake = await startFakeTracker((response, url) => {
    const { searchParams } = new URL(url, "http://tracker");
    const port = searchParams.get("port") ?? "";
    leecherPort ??= port;
    const isLeecher = port === leecherPort;
    const event = searchParams.get("event") ?? "update";
    const missed = isLeecher && misses(event) && !events.includes("completed");
    if (isLeecher) events.push(event);
    if (missed) response.writeHead(500).end();
    else response.end(Buffer.concat([bytes("d8:intervali1800e5:peers6:"), compactAddress(leecherPort), bytes("e")]));
  });
  const announce = `http://127.0.0.1:${(fake.address() as AddressInfo).port}/announce`;
  const torrent = swarm.torrent("film.bin", seededBytes("film", 50_000), { announce });
  const { infoHash } = torrent;
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
  await vi.waitFor(() => expect(events).toContain("started"), 5000);
  await swarm.start({ name: "seeder", orders: [{ infoHash, duty: "seed" }], sources: swarm.source(torrent) });
  await leecher.state(infoHash, "seeding");
  await vi.waitFor(() => expect(leecher.of("tracker-answer")).toHaveLength(2), 10_000);
  await leecher.command({ type: "announce" });
  await vi.waitFor(() => expect(leecher.of("tracker-answer")).toHaveLength(3), 5000);
  expect(events.slice(events.indexOf("completed"))).toEqual(expected);
  fake.closeAllConnections();
  fake.close();
});

test("who hangs up at our handshake is not dialled again at once, however often the tracker names it", async () => {
  await using swarm = await startTestSwarm();
  const refusing = await listen((socket) => socket.once("data", () => socket.destroy()));
  const last = await listen((socket) => socket.destroy());
  let named = [refusing.port];
  const fake = await startFakeTracker((response) => {
    const peers = Buffer.concat(named.map((port) => compactAddress(`${port}`)));
    response.end(Buffer.concat([bytes(`d8:intervali1800e5:peers${peers.length}:`), peers, bytes("e")]));
  });
  const announce = `http://127.0.0.1:${(fake.address() as AddressInfo).port}/announce`;
  const torrent = swarm.torrent("film.bin", seededBytes("film", 50_000), { announce });
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash: torrent.infoHash, duty: "fetch" }] });
  await refusing.ended();
  const answers = () => leecher.of("tracker-answer").length;
  for (const ports of [[refusing.port], [refusing.port], [refusing.port, last.port]]) {
    named = ports;
    const before = answers();
    await leecher.command({ type: "announce" });
    await vi.waitFor(() => expect(answers()).toBeGreaterThan(before), 5000);
  }
  await last.ended();
  expect(refusing.calls()).toBe(1);
  for (const server of [fake, refusing.server, last.server]) server.close();
  fake.closeAllConnections();
});

/** A peer of a kind. */
async function listen(answer: (socket: Socket) => void) {
  const ended = Promise.withResolvers<void>();
  let calls = 0;
  const server = createTcpServer((socket) => {
    calls += 1;
    socket.on("error", () => {}).once("close", () => ended.resolve());
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, port, calls: () => calls, /** The first call was. */ ended: () => ended.promise };
}

const compactAddress = (port: string) => Buffer.from([127, 0, 0, 1, Number(port) >> 8, Number(port) & 255]);

async function startFakeTracker(script: (response: ServerResponse, url: string) => void, port = 0): Promise<Server> {
  const server = createServer((request, response) => script(response, request.url ?? ""));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return server;
}
