/** Announces of made-up peers, spread over made-up torrents. */

export interface Crowd {
  readonly torrents: number;
  readonly peers: number;
}

/** 20 bytes that are easy to tell apart. */
export function hashOf(torrent: number): Buffer {
  return Buffer.from((torrent + 1).toString(16).padStart(40, "0"), "hex");
}

/** BEP 15; `connection` is the id that the tracker gave. */
export function announcePacket(connection: Buffer, peer: number, { torrents }: Crowd): Buffer {
  const packet = Buffer.alloc(98);
  connection.copy(packet);
  packet.writeUInt32BE(1, 8);
  packet.writeUInt32BE(peer, 12);
  hashOf(peer % torrents).copy(packet, 16);
  packet.write(peerId(peer), 36);
  packet.writeUInt32BE(peer % 3, 68);
  packet.writeInt32BE(50, 92);
  packet.writeUInt16BE(1025 + peer, 96);
  return packet;
}

/** BEP 3 and 23. */
export function announceRequest(peer: number, { torrents }: Crowd, keepAlive: boolean): string {
  const hash = Array.from(hashOf(peer % torrents), (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const counters = `uploaded=0&downloaded=0&left=${peer % 3}&compact=1&numwant=50`;
  const connection = keepAlive ? "" : "Connection: close\r\n";
  return `GET /announce?info_hash=${hash}&peer_id=${peerId(peer)}&port=${1025 + peer}&${counters} HTTP/1.1\r\nHost: 127.0.0.1\r\n${connection}\r\n`;
}

function peerId(peer: number): string {
  return `-XX0001-${String(peer).padStart(12, "0")}`;
}
