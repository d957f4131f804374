import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { type Address, type Family, formatKey, parseAddress, peerKey } from "./address.ts";
import { type Announce, emptyAnnounce, MOST_PEERS, numwantOf } from "./announce.ts";
import { ConnectionIds } from "./connection-id.ts";
import type { Service } from "./service.ts";
import type { Swarm } from "./swarm.ts";

/** The tracker over UDP (BEP 15) for one family of addresses; the caller binds the socket. */
export function createUdpFront(service: Service, family: Family): Socket {
  const socket = createSocket({
    type: family === 4 ? "udp4" : "udp6",
    ipv6Only: family === 6,
    // Senders are addresses already; the default asks the resolver, which answers a tick later.
    lookup: (name, _options, done) => done(null, name, family),
  });
  const { counters } = service;
  const ids = new ConnectionIds(service.now());
  const source = new Uint32Array(family === 4 ? 2 : 9);
  const announce = emptyAnnounce("udp");
  // Replies lie one behind the other in a slab that is let go when full: a datagram that has to wait in the socket reads
  // from its place there, so no place is used twice, and nothing is allocated for a single reply.
  let reply = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let start = 0;

  socket.on("message", (message, sender) => {
    counters.udp.overall += 1;
    if (message.length < 16) return;
    const from = parseAddress(sender.address);
    if (from === undefined || sender.port === 0) return;
    const length = answer(message, from, sender);
    if (length === 0) return;
    // No callback: a reply that cannot be sent is lost as any other, and the client asks again.
    socket.send(reply, start, length, sender.port, sender.address);
    start += length;
    if (start + REPLY_BYTES <= SLAB_BYTES) return;
    reply = Buffer.allocUnsafeSlow(SLAB_BYTES);
    start = 0;
  });
  // Without a listener the first error of the network would end the program.
  socket.on("error", () => {});
  return socket;

  /** Writes the answer into `reply` from `start`; 0 bytes is none. */
  function answer(message: Buffer, from: Address, sender: RemoteInfo): number {
    const action = message.readUInt32BE(8);
    reply.writeUInt32BE(action, start);
    message.copy(reply, start + 4, 12, 16);
    fillSource(source, from, sender.port);
    if (action === ACTION.connect) return answerConnect(message);
    if (action > ACTION.scrape) return 0;
    if (!ids.accepts(source, service.now(), message, 0)) {
      counters.udp.mismatch += 1;
      return fail("Connection ID missmatch.", message);
    }
    return action === ACTION.announce ? answerAnnounce(message, from) : answerScrape(message, from, sender.port);
  }

  function answerConnect(message: Buffer): number {
    if (message.readUInt32BE(0) !== MAGIC.high || message.readUInt32BE(4) !== MAGIC.low) return 0;
    counters.udp.connect += 1;
    ids.issue(source, service.now(), reply, start + 8);
    return 16;
  }

  function answerAnnounce(message: Buffer, from: Address): number {
    if (message.length < ANNOUNCE_BYTES) return 0;
    const port = message.readUInt16BE(96);
    if (port === 0) return fail("Your client sent port 0.", message);
    readAnnounce(message, announce, MOST_PEERS[family]);
    announce.addr = peerKey(from, port);
    counters.udp.announce += 1;
    const swarm = service.swarms.announce(announce, service.now());
    const want = announce.event === "stopped" ? 0 : announce.numwant;
    const bytes = swarm.write(reply, start + 20, family, want, announce.addr);
    reply.writeUInt32BE(service.interval, start + 8);
    reply.writeUInt32BE(swarm.incomplete, start + 12);
    reply.writeUInt32BE(swarm.complete, start + 16);
    service.reports.announce(announce, swarm, bytes / (family === 4 ? 6 : 18));
    return 20 + bytes;
  }

  function answerScrape(message: Buffer, from: Address, port: number): number {
    const count = Math.floor((message.length - 16) / 20);
    if (count === 0) return 0;
    if (count > MOST_SCRAPED) return fail(`Ask for ${MOST_SCRAPED} torrents at the most.`, message);
    counters.udp.scrape += 1;
    const hashes = Array.from({ length: count }, (_, i) => message.toString("latin1", 16 + 20 * i, 36 + 20 * i));
    hashes.forEach((hash, i) => {
      writeCounts(service.swarms.get(hash), reply, start + 8 + 12 * i);
    });
    service.reports.scrape(hashes, formatKey(peerKey(from, port)));
    return 8 + 12 * count;
  }

  /** An error packet, unless it would be larger than what it answers: nobody can be made to flood somebody else. */
  function fail(reason: string, message: Buffer): number {
    reply.writeUInt32BE(ACTION.error, start);
    const length = 8 + reply.write(reason, start + 8, "latin1");
    return length <= message.length ? length : 0;
  }
}

const ACTION = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const MAGIC = { high: 0x417, low: 0x27101980 } as const;
const ANNOUNCE_BYTES = 98;
/** BEP 15: what fits a datagram. */
const MOST_SCRAPED = 74;
const REPLY_BYTES = 20 + 6 * MOST_PEERS[4];
const SLAB_BYTES = 64 * 1024;
const events: readonly Announce["event"][] = ["update", "completed", "started", "stopped"];

function fillSource(source: Uint32Array, from: Address, port: number): void {
  source[source.length - 1] = port;
  if (typeof from === "number") source[0] = from;
  else source.set(from);
}

/** The IP field is passed over: an address is what the network says. Unknown events are updates. */
function readAnnounce(message: Buffer, announce: Announce, mostPeers: number): void {
  announce.infoHash = message.toString("latin1", 16, 36);
  announce.peer_id = message.toString("hex", 36, 56);
  announce.downloaded = readUInt64(message, 56);
  // A client that does not know its size yet sends −1.
  announce.left = message.readUInt32BE(64) >>> 31 === 1 ? null : readUInt64(message, 64);
  announce.uploaded = readUInt64(message, 72);
  announce.event = events[message.readUInt32BE(80)] ?? "update";
  announce.numwant = numwantOf(message.readInt32BE(92), mostPeers);
}

/** As near as a double comes. */
function readUInt64(message: Buffer, offset: number): number {
  return message.readUInt32BE(offset) * 0x1_0000_0000 + message.readUInt32BE(offset + 4);
}

/** Complete, downloaded, incomplete; zeros for a torrent that nobody knows. */
function writeCounts(swarm: Swarm | undefined, reply: Buffer, offset: number): void {
  reply.writeUInt32BE(swarm?.complete ?? 0, offset);
  reply.writeUInt32BE(swarm?.downloaded ?? 0, offset + 4);
  reply.writeUInt32BE(swarm?.incomplete ?? 0, offset + 8);
}
