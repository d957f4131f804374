import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Fact } from "../../api/facts.ts";
import { ask, askRaw, escapeBytes, hash, ownPeerId, peerId, query } from "./tracker.fixture.ts";
import { startTracker, type Tracker } from "./tracker.ts";

let tracker: Tracker;
let facts: Fact[];

beforeEach(async () => {
  facts = [];
  tracker = await startTracker({ host: "127.0.0.1", port: 0, onFact: (fact) => facts.push(fact) });
});
afterEach(() => tracker.close());

const announce = async (values: Parameters<typeof query>[0] = {}) => {
  const { status, body } = await ask(tracker.port, `/announce?${query(values)}`);
  expect(status).toBe(200);
  return body;
};
const seeder = { left: 0, port: 1001, peer_id: escapeBytes(peerId("seeder")) };
const leecher = { left: 9, port: 1002, peer_id: escapeBytes(peerId("leecher")) };
const compact = (...ports: number[]) =>
  ports.map((port) => `\x7f\0\0\x01${String.fromCharCode(port >> 8, port & 255)}`).join("");
const head = (complete: number, downloaded: number, incomplete: number) =>
  `d8:completei${complete}e10:downloadedi${downloaded}e10:incompletei${incomplete}e8:intervali10e12:min intervali5e`;
const refusal = /^d14:failure reason\d+:.*e$/s;
const peersIn = (body: string) => Number(/5:peers(\d+):/.exec(body)?.[1]) / 6;
const fill = async (count: number) => {
  for (let i = 0; i < count; i += 1) await announce({ port: 5000 + i });
};

describe("announce", () => {
  test("answers in opentracker's order of keys, compact, without the one that asks (OT-9)", async () => {
    expect(await announce(seeder)).toBe(`${head(1, 0, 0)}5:peers0:e`);
    expect(await announce(leecher)).toBe(`${head(1, 0, 1)}5:peers6:${compact(1001)}e`);
    expect(await announce({ ...leecher, compact: 0 })).toBe(`${head(1, 0, 1)}5:peers6:${compact(1001)}e`);
  });

  test("hands out leechers before seeders", async () => {
    await announce(seeder);
    await announce(leecher);
    expect(await announce({ port: 1003 })).toBe(`${head(1, 0, 2)}5:peers12:${compact(1002, 1001)}e`);
  });

  test("a stopped peer gets an empty list without downloaded, and is gone (OT-7, OT-9)", async () => {
    await announce(seeder);
    await announce(leecher);
    const reply = "d8:completei1e10:incompletei0e8:intervali10e12:min intervali5e5:peers0:e";
    expect(await announce({ ...leecher, event: "stopped" })).toBe(reply);
    expect(await announce({ ...leecher, event: "stopped" })).toBe(reply);
    expect(await announce({ port: 1003 })).toBe(`${head(1, 0, 1)}5:peers6:${compact(1001)}e`);
  });

  test("completed counts once a peer, and only with nothing left (OT-7)", async () => {
    await announce(leecher);
    expect(await announce({ ...leecher, event: "completed" })).toContain("10:downloadedi0e10:incompletei1e");
    const done = { ...leecher, left: 0, event: "completed" };
    expect(await announce(done)).toContain("d8:completei1e10:downloadedi1e10:incompletei0e");
    expect(await announce(done)).toContain("d8:completei1e10:downloadedi1e10:incompletei0e");
    expect(await announce({ ...done, event: "started" })).toContain("downloadedi1e");
    expect(await announce(done)).toContain("downloadedi1e");
  });

  test("a seeder that lost its data is a leecher again", async () => {
    await announce(seeder);
    expect(await announce({ ...seeder, left: 5 })).toContain("d8:completei0e10:downloadedi0e10:incompletei1e");
  });

  test("peers of one address with different ports are different peers (OT-12)", async () => {
    await announce({ port: 1001 });
    expect(await announce({ port: 1002 })).toContain("10:incompletei2e");
  });

  test.each([
    ["absent", undefined, 50],
    ["−1", -1, 50],
    ["−5", -5, 50],
    ["0", 0, 0],
    ["3", 3, 3],
    ["200", 200, 200],
    ["99999999", 99999999, 200],
  ])("numwant %s", async (_name, numwant, expected) => {
    await fill(230);
    const body = await announce({ ...leecher, numwant });
    expect(peersIn(body)).toBe(expected);
    const bytes = Buffer.from(body, "latin1").subarray(-6 * expected - 1, -1);
    const ports = Array.from({ length: expected }, (_, i) => bytes.readUInt16BE(6 * i + 4));
    expect(new Set(ports).size).toBe(expected);
    expect(ports.every((port) => port >= 5000 && port < 5230)).toBe(true);
  });

  test.each(["/announce", "//announce", "/////a", "/annnounce", "/", "//"])("path %s (OT-2)", async (path) => {
    expect((await ask(tracker.port, `${path}?${query()}`)).body).toBe(`${head(0, 0, 1)}5:peers0:e`);
  });

  test("K01: absent left is a leecher", async () => {
    expect(await announce({ left: undefined })).toContain("10:incompletei1e");
    expect(facts[0]).toMatchObject({ left: null });
  });

  test("an unknown event is an update; a torrent nobody announced can be stopped", async () => {
    expect(await announce({ event: "bogus" })).toContain("10:incompletei1e");
    expect(await announce({ info_hash: escapeBytes(hash(2)), event: "stopped" })).toContain("5:peers0:");
    expect((await ask(tracker.port, "/stats?mode=torr")).body).toMatch(/^1\n/);
  });

  test("K01: unknown keys, ip and X-Forwarded-For are passed over (OT-3)", async () => {
    const path = `/announce?${query({ ip: "6.6.6.6", ipv6: "::6", key: "%zz", trackerid: "%0", supportcrypto: 1 })}`;
    await ask(tracker.port, path, "GET", { "X-Forwarded-For": "6.6.6.6" });
    expect(await announce(leecher)).toContain(`5:peers6:${compact(1001)}e`);
    expect(facts[0]).toMatchObject({ address: "127.0.0.1:1001" });
  });

  test("every byte value arrives as it was sent, escaped or plain (OT-3)", async () => {
    const bytes = Buffer.from(Array.from({ length: 20 }, (_, i) => (i * 13 + 128) & 255));
    await announce({ info_hash: escapeBytes(bytes) });
    expect(facts.at(-1)).toMatchObject({ torrent: bytes.toString("hex") });
    await announce({ info_hash: escapeBytes(bytes).toUpperCase() });
    expect(facts.at(-1)).toMatchObject({ torrent: bytes.toString("hex"), incomplete: 1 });
    const plain = "+-._~!*'()abcdefghij";
    await announce({ info_hash: plain });
    expect(facts.at(-1)).toMatchObject({ torrent: Buffer.from(plain).toString("hex") });
    const raw = await askRaw(
      tracker.port,
      `GET /announce?${query({ info_hash: "\xff\xfe".repeat(10) })} HTTP/1.0\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1\.1 (200 OK.*5:peers|400)/s);
  });

  test("tells what it saw as a fact", async () => {
    await announce({ ...seeder, event: "started", uploaded: 5, downloaded: "x" });
    await announce({ ...leecher, event: "started" });
    expect(facts[1]).toEqual({
      type: "announce",
      torrent: hash(1).toString("hex"),
      peer: peerId("leecher").toString("hex"),
      address: "127.0.0.1:1002",
      event: "started",
      protocol: "http",
      uploaded: 0,
      downloaded: 0,
      left: 9,
      complete: 1,
      incomplete: 1,
      peers: 1,
    });
    expect(facts[0]).toMatchObject({ uploaded: 5, downloaded: 0, left: 0 });
  });

  test("the interval can be changed", async () => {
    tracker.setInterval(2.5);
    expect(await announce()).toContain("8:intervali3e12:min intervali1e");
  });

  test("when the interval is shortened, peers that were told the longer one live on", async () => {
    tracker.setInterval(60);
    await announce({ peer_id: escapeBytes(ownPeerId("told 60 s")), port: 1001, event: "started" });
    tracker.setInterval(1);
    await announce({ peer_id: escapeBytes(ownPeerId("told 1 s")), port: 1002, event: "started" });
    await vi.waitFor(() => expect(facts.at(-1)).toMatchObject({ type: "peer-expired", reason: "silent" }), 10_000);
    expect(facts.filter(({ type }) => type === "peer-expired")).toMatchObject([
      { peer: ownPeerId("told 1 s").toString("hex"), incomplete: 1 },
    ]);
  });
});

describe("K01: what is no announce changes nothing", () => {
  afterEach(async () => {
    expect((await ask(tracker.port, "/stats")).body).toBe("0\n0\nopentracker serving 0 torrents\nopentracker");
    expect(facts).toEqual([]);
  });

  test.each(["/announce?", "/announce?x=1", "/?x", "/annnounce?a&=b&x", "/a?&&&"])(
    "without info_hash %s (OT-5)",
    async (path) => {
      const { status, body } = await ask(tracker.port, path);
      const reason = "Your client forgot to send your torrent's info_hash. Please upgrade your client.";
      expect({ status, body }).toEqual({ status: 200, body: `d14:failure reason80:${reason}e` });
    },
  );

  test.each([
    ["info_hash of 19 bytes", { info_hash: escapeBytes(hash(1).subarray(1)) }],
    ["info_hash of 21 bytes", { info_hash: `${escapeBytes(hash(1))}a` }],
    ["info_hash with %0", { info_hash: `${"a".repeat(19)}%0` }],
    ["info_hash with %0%a", { info_hash: `${"a".repeat(18)}%0%a` }],
    ["info_hash with %zz", { info_hash: `${"a".repeat(19)}%zz` }],
    ["info_hash empty", { info_hash: "" }],
    ["info_hash twice", { key: `1&info_hash=${escapeBytes(hash(1))}` }],
    ["peer_id absent", { peer_id: undefined }],
    ["peer_id of 21 bytes", { peer_id: "a".repeat(21) }],
    ["port absent", { port: undefined }],
    ["port 0", { port: 0 }],
    ["port 65536", { port: 65536 }],
    ["port text", { port: "http" }],
    ["port empty", { port: "" }],
    ["port negative", { port: -5 }],
    ["port 2³²+1", { port: 2 ** 32 + 1 }],
    ["port twice", { key: "1&port=2" }],
    ["left text", { left: "much" }],
    ["left negative", { left: -1 }],
    ["left hexadecimal", { left: "0x10" }],
    ["left of 21 digits", { left: "1".repeat(21) }],
    ["numwant text", { numwant: "all" }],
    ["numwant −", { numwant: "-" }],
  ])("%s is a failure with a reason", async (_name, values) => {
    const { status, body } = await ask(tracker.port, `/announce?${query(values)}`);
    expect(status).toBe(200);
    expect(body).toMatch(refusal);
  });

  test.each([
    ["/announce", 400],
    ["/", 404],
    ["/nothing", 404],
    ["/stat", 404],
    ["/statsx", 404],
    ["/stats/", 404],
    ["/s?x", 404],
    ["/Announce?x", 404],
    ["/scrape", 400],
    ["/scrape?", 400],
    ["/scrape?x=1", 400],
    ["/sc?info_hash=%zz", 400],
    ["/stats?mode=bogus", 400],
    ["/stats?mode=constructor", 400],
    ["/stats?mode=peer&info_hash=a", 400],
  ])("%s is answered with %i (OT-2)", async (path, status) => {
    expect((await ask(tracker.port, path)).status).toBe(status);
  });

  test.each(["POST", "HEAD", "PUT", "DELETE", "OPTIONS"])("%s is refused (OT-2)", async (method) => {
    expect((await ask(tracker.port, `/announce?${query()}`, method)).status).toBe(400);
  });

  test.each([
    "GET\r\n\r\n",
    `GET http://127.0.0.1/announce?${query()} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    `GET announce?${query()} HTTP/1.0\r\n\r\n`,
    "CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    "\x13BitTorrent protocol",
  ])("text that is no request of ours: %j", async (text) => {
    expect(await askRaw(tracker.port, text)).toMatch(/^$|^HTTP\/1\.1 400/);
  });
});

describe("scrape (OT-13)", () => {
  const scrape = (hashes: Buffer[]) =>
    ask(tracker.port, `/scrape?${hashes.map((bytes) => `info_hash=${escapeBytes(bytes)}`).join("&")}`);
  const entry = (bytes: Buffer, counts: string) => `20:${bytes.toString("latin1")}${counts}`;

  test("K03: gives counts in sorted order, once each, and leaves out what it does not know", async () => {
    await announce(seeder);
    await announce({ ...leecher, left: 0, event: "completed" });
    await announce({ ...leecher, info_hash: escapeBytes(hash(2)) });
    const { body } = await scrape([hash(2), hash(9), hash(1), hash(2)]);
    const one = entry(hash(1), "d8:completei2e10:downloadedi1e10:incompletei0ee");
    const two = entry(hash(2), "d8:completei0e10:downloadedi0e10:incompletei1ee");
    expect(body).toBe(`d5:filesd${one}${two}ee`);
    expect(facts.at(-1)).toMatchObject({ type: "scrape", torrents: [2, 9, 1].map((i) => hash(i).toString("hex")) });
  });

  test("K03: takes the first 64 of 100", async () => {
    for (let i = 1; i <= 100; i += 1) await announce({ info_hash: escapeBytes(hash(i)) });
    const { status, body } = await scrape(Array.from({ length: 100 }, (_, i) => hash(i + 1)));
    expect(status).toBe(200);
    expect(body.match(/8:complete/g)).toHaveLength(64);
  });
});

describe("stats (OT-15 to OT-18)", () => {
  beforeEach(async () => {
    await announce(seeder);
    await announce(leecher);
    await announce({ ...leecher, info_hash: escapeBytes(hash(2)) });
  });
  const stats = async (search: string) => (await ask(tracker.port, `/stats${search}`)).body;

  test.each(["", "?", "?mode=peer", "?format=txt"])("peer %j", async (search) => {
    expect(await stats(search)).toBe("3\n1\nopentracker serving 2 torrents\nopentracker");
  });

  test("torr", async () => {
    expect(await stats("?mode=torr")).toBe("2\n0\nopentracker serving 2 torrents\nopentracker");
  });

  test("conn and scrp have MRTG's four lines", async () => {
    await ask(tracker.port, `/scrape?info_hash=${escapeBytes(hash(1))}`);
    expect(await stats("?mode=conn")).toMatch(
      /^5\n3\n\d+ seconds \(0 hours\)\nopentracker connections, \d+ conns\/s :: \d+ success\/s\.$/,
    );
    expect(await stats("?mode=scrp")).toMatch(
      /^1\n0\n\d+ seconds \(0 hours\)\nopentracker scrape stats, \d+ scrape\/s \(tcp and udp\)$/,
    );
  });

  test("top10", async () => {
    const [one, two] = [hash(1), hash(2)].map((bytes) => bytes.toString("hex").toUpperCase());
    expect(await stats("?mode=top10")).toBe(
      `Top 10 torrents by peers:\n\t2\t${one}\n\t1\t${two}\nTop 10 torrents by seeds:\n\t1\t${one}\n`,
    );
  });

  test("everything is XML with the counts", async () => {
    const xml = await stats("?mode=everything");
    expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<stats>\n {2}<tracker_id>\d+<\/tracker_id>/);
    expect(xml.replace(/\s/g, "")).toContain("<peers><count>3</count></peers><seeds><count>1</count></seeds>");
    expect(xml.replace(/\s/g, "")).toContain("<tcp><accept>4</accept><announce>3</announce><scrape>0</scrape></tcp>");
  });
});
