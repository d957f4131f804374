import { expect, test } from "vitest";
import { seededRandom } from "../../seeded-random.ts";
import { testSeed } from "../../test-seed.fixture.ts";
import { peerKey } from "./address.ts";
import { type Announce, emptyAnnounce } from "./announce.ts";
import { patienceFor } from "./patience.ts";
import { announceReply } from "./reply-http.ts";
import { Swarms } from "./swarms.ts";
import { ownPeerId, peerId } from "./tracker.fixture.ts";

const v6 = [0x2001, 0xdb8, 0, 0, 0, 0, 0, 1];
const from = (port: number, more: Partial<Announce> = {}): Announce => ({
  ...emptyAnnounce("http"),
  infoHash: "a".repeat(20),
  addr: peerKey(0x7f000001, port),
  peer_id: String(port),
  left: 1,
  numwant: 50,
  ...more,
});

test("a silent peer expires, one that announced again does not", () => {
  const expired: string[] = [];
  const swarms = new Swarms({ onExpired: (swarm, { peer }) => expired.push(`${peer.peerId} ${swarm.incomplete}`) });
  swarms.announce(from(1), 0);
  swarms.announce(from(2), 5);
  swarms.announce(from(3), 6);
  swarms.announce(from(1), 10);
  swarms.expire(5);
  expect(expired).toEqual([]);
  swarms.expire(7);
  expect(expired).toEqual(["2 2", "3 1"]);
  expect(swarms.peers).toBe(1);
  swarms.expire(100);
  expect(swarms.peers).toBe(0);
});

test("a peer may be silent for as long as it was told when it last announced, whatever others are told since", () => {
  const expired: string[] = [];
  const swarms = new Swarms({ onExpired: (_, { peer }, reason) => expired.push(`${peer.peerId} ${reason}`) });
  swarms.patience = () => 100;
  for (const port of [1, 2]) swarms.announce(from(port), 0);
  swarms.patience = () => 10;
  for (const port of [2, 3]) swarms.announce(from(port), 5);
  swarms.expire(15);
  expect(expired).toEqual([]);
  swarms.expire(16);
  expect(expired).toEqual(["2 silent", "3 silent"]);
  swarms.expire(100);
  expect(swarms.peers).toBe(1);
  swarms.expire(101);
  expect(expired).toEqual(["2 silent", "3 silent", "1 silent"]);
});

test("a client that others wrote is waited for as long as it may take, our own peers for two intervals", () => {
  const expired: string[] = [];
  const swarms = new Swarms({ onExpired: (_, { peer }) => expired.push(peer.peerId) });
  const [own, other] = [ownPeerId("a"), peerId("b")].map((id) => id.toString("hex"));
  swarms.patience = patienceFor(10);
  swarms.announce(from(1, { event: "started", peer_id: own ?? "" }), 0);
  const swarm = swarms.announce(from(2, { event: "started", peer_id: other ?? "" }), 0);
  swarms.expire(22_000);
  expect(expired).toEqual([own]);
  swarms.expire(610_000);
  expect(swarm.incomplete).toBe(1);
  swarms.expire(1_201_001);
  expect(expired).toEqual([own, other]);
  swarms.patience = patienceFor(3600);
  swarms.announce(from(2, { event: "started", peer_id: other ?? "" }), 0);
  swarms.expire(7_201_000);
  expect(swarms.peers).toBe(1);
});

test("a stopped peer does not expire later", () => {
  const expired: string[] = [];
  const swarms = new Swarms({ onExpired: (_, { peer }) => expired.push(peer.peerId) });
  swarms.announce(from(1), 0);
  swarms.announce(from(2), 1);
  swarms.announce(from(1, { event: "stopped" }), 2);
  swarms.expire(100);
  expect(expired).toEqual(["2"]);
});

test("a full peer table gives up the peer that was silent the longest", () => {
  const swarms = new Swarms({ maxPeers: 3 });
  for (let port = 1; port <= 3; port += 1) swarms.announce(from(port), port);
  swarms.announce(from(1), 4);
  const swarm = swarms.announce(from(4), 5);
  expect([1, 2, 3, 4].map((port) => swarm.peers.get(peerKey(0x7f000001, port)) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  expect(swarm.incomplete).toBe(3);
});

test("who was silent the longest is it whatever it was told, and is not said to have expired", () => {
  const dropped: string[] = [];
  const swarms = new Swarms({
    maxPeers: 3,
    onExpired: (_, { peer }, reason) => dropped.push(`${peer.peerId} ${reason}`),
  });
  for (const [now, port] of [1, 2, 3, 1, 4, 5].entries()) {
    swarms.patience = () => (now % 2 === 0 ? 10 : 100);
    swarms.announce(from(port), now);
  }
  expect(dropped).toEqual(["2 full", "3 full"]);
});

test("a full torrent table gives up empty swarms first, then the most silent", () => {
  const swarms = new Swarms({ maxTorrents: 2 });
  const torrent = (name: string, more: Partial<Announce> = {}) => from(1, { infoHash: name.repeat(20), ...more });
  swarms.announce(torrent("a"), 0);
  swarms.announce(torrent("b"), 1);
  swarms.announce(torrent("b", { event: "stopped" }), 2);
  swarms.announce(torrent("c"), 3);
  swarms.announce(torrent("d"), 4);
  expect([...swarms.values()].map(({ infoHash }) => infoHash[0])).toEqual(["c", "d"]);
  expect(swarms.peers).toBe(2);
});

test("any order of announces, stops and expiries agrees with a plain list of peers", () => {
  const random = seededRandom(testSeed("random announces")).below;
  const model = new Map<number, { left: number; seen: number }>();
  const swarms = new Swarms();
  const target = Buffer.alloc(6 * 20);
  for (let now = 0; now < 20_000; now += 1) {
    const [port, left] = [1 + random(16), random(2)];
    const event = (["update", "started", "stopped"] as const)[random(3)] ?? "update";
    const announce = from(port, { event, left });
    const swarm = swarms.announce(announce, now);
    if (event === "stopped") model.delete(port);
    else model.set(port, { left, seen: now });
    swarms.expire(now - 25);
    for (const [name, { seen }] of model) if (seen < now - 25) model.delete(name);

    const bytes = swarm.write(target, 0, 4, 20, announce.addr);
    const ports = Array.from({ length: bytes / 6 }, (_, i) => target.readUInt16BE(6 * i + 4));
    expect(ports.sort()).toEqual([...model.keys()].filter((name) => name !== port).sort());
    expect(swarm.complete).toBe([...model.values()].filter((peer) => peer.left === 0).length);
    expect(swarm.complete + swarm.incomplete).toBe(model.size);
    expect(swarms.peers).toBe(model.size);
  }
});

test.each([
  { announces: 200_000, maxTorrents: 10_000, maxPeers: 20_000 },
  { announces: 50_000, maxTorrents: 1000, maxPeers: 10_000 },
])(
  "tables keep within their bounds (K05): $announces announces for 10,000 hashes, $maxTorrents kept",
  { timeout: 60_000 },
  ({ announces, ...bounds }) => {
    const swarms = new Swarms(bounds);
    const announce = from(1);
    const random = seededRandom(1).below;
    for (let i = 0; i < announces; i += 1) {
      announce.infoHash = String(random(10_000)).padStart(20, "x");
      announce.addr = peerKey(random(1 << 16), 1 + random(1 << 12));
      announce.event = (["update", "started", "completed", "stopped"] as const)[random(4)] ?? "update";
      announce.left = random(2);
      swarms.announce(announce, i);
    }
    let peers = 0;
    for (const swarm of swarms.values()) {
      peers += swarm.peers.size;
      expect(swarm.complete + swarm.incomplete).toBe(swarm.peers.size);
      expect(swarm.complete).toBe(swarm.peers.seeders[4].length);
    }
    expect(swarms.size).toBeLessThanOrEqual(bounds.maxTorrents);
    expect(peers).toBe(swarms.peers);
    expect(peers).toBeLessThanOrEqual(bounds.maxPeers);
    swarms.expire(Number.POSITIVE_INFINITY);
    expect(swarms.peers).toBe(0);
  },
);

test("everybody is handed out about equally often", () => {
  const swarms = new Swarms();
  for (let port = 0; port < 300; port += 1) swarms.announce(from(port + 1, { left: port % 3 }), 0);
  const counts = new Map<number, number>();
  const target = Buffer.alloc(6 * 50);
  const rounds = 2000;
  for (let round = 0; round < rounds; round += 1) {
    const swarm = swarms.announce(from(1), 1);
    expect(swarm.write(target, 0, 4, 50, peerKey(0x7f000001, 1))).toBe(300);
    for (let i = 0; i < 50; i += 1) {
      const port = target.readUInt16BE(6 * i + 4);
      counts.set(port, (counts.get(port) ?? 0) + 1);
    }
  }
  expect(counts.has(1)).toBe(false);
  expect(counts.size).toBe(299);
  const expected = (rounds * 50) / 299;
  for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(expected / 3);
});

test("over HTTP both families are handed out, a quarter each at least (OT-11)", () => {
  const swarms = new Swarms();
  for (let i = 1; i <= 100; i += 1) swarms.announce(from(i), 0);
  for (let i = 1; i <= 3; i += 1) swarms.announce(from(0, { addr: peerKey(v6, i) }), 0);
  const asking = from(0, { addr: peerKey(v6, 1), numwant: 8 });
  const swarm = swarms.announce(asking, 1);
  expect(announceReply(swarm, asking, 10)).toMatchObject({ peers: 8 });
  expect(announceReply(swarm, asking, 10).body).toMatch(/5:peers36:.{36}6:peers636:.{36}e$/s);
  expect(swarm.incomplete).toBe(103);
});

test("an IPv6 peer alone gets an empty list of its own family", () => {
  const asking = from(0, { addr: peerKey(v6, 1) });
  expect(announceReply(new Swarms().announce(asking, 0), asking, 10).body).toMatch(/i5e6:peers60:e$/);
});
