import Server, { type LibraryPeer } from "bittorrent-tracker/server";
import { type Family, familyOf, type PeerKey } from "./address.ts";
import type { Announce } from "./announce.ts";
import { type Row, type Seat, Seats } from "./seats.ts";

/**
 * bittorrent-tracker's swarm with our own table of peers and our own choice of whom to hand out. What an event means and
 * how it moves the counts of seeders (`complete`) and leechers (`incomplete`) stays the library's.
 */
export class Swarm extends Server.Swarm {
  override readonly peers: Seats;
  /** Peers that reported to have finished. */
  downloaded = 0;

  /** @param infoHash 20 bytes as a Latin-1 string. */
  constructor(infoHash: string) {
    super(infoHash, {});
    this.peers = new Seats(this);
  }

  /** The info-hash in hex. */
  get hex(): string {
    return Buffer.from(this.infoHash, "latin1").toString("hex");
  }

  /** Takes an announce in; the peer's seat afterwards, none when it has left. */
  take(announce: Announce): Seat | undefined {
    const finished = announce.event === "completed";
    // `completed` with bytes missing is no completion, whatever the client calls it.
    if (finished && announce.left !== 0) announce.event = "update";
    if (announce.left !== 0 && announce.event !== "stopped") this.#startsOver(announce.addr);
    this.announce(announce, ignore);
    const seat = this.peers.seat(announce.addr);
    if (!seat) return undefined;
    if (announce.event === "started") seat.peer.peerId = announce.peer_id;
    if (announce.event === "completed" && !seat.counted) {
      seat.counted = true;
      this.downloaded += 1;
    }
    return seat;
  }

  /** Takes out a peer that has been silent. */
  drop(seat: Seat): void {
    const { key, peer } = seat;
    this.announce({ type: "udp", addr: key, event: "stopped", left: null, numwant: 0, peer_id: peer.peerId }, ignore);
  }

  /**
   * Writes up to `want` peers of one family in compact form, without the one that asks. If all fit, leechers come first;
   * of more, one at random from each of `want` equal parts of the table, beginning anywhere: everybody is as likely as
   * the next, nobody comes twice and nothing is shuffled.
   * @returns bytes written.
   */
  write(target: Uint8Array, offset: number, family: Family, want: number, asking: PeerKey): number {
    const leechers = this.peers.leechers[family];
    const seeders = this.peers.seeders[family];
    const own = familyOf(asking) === family ? this.peers.seat(asking) : undefined;
    const ownAt = own ? own.index + (own.row === seeders ? leechers.length : 0) : Number.POSITIVE_INFINITY;
    const others = leechers.length + seeders.length - (own ? 1 : 0);
    const picks = Math.min(want, others);
    const all = picks === others;
    const begin = all ? 0 : Math.floor(Math.random() * others);
    let at = offset;
    let part = 0;
    for (let pick = 1; pick <= picks; pick += 1) {
      const next = Math.floor((pick * others) / picks);
      const drawn = begin + (all ? part : part + Math.floor(Math.random() * (next - part)));
      part = next;
      const other = drawn < others ? drawn : drawn - others;
      at = copy(other < ownAt ? other : other + 1, leechers, seeders, target, at);
    }
    return at - offset;
  }

  /** The library never makes a leecher of a seeder again, but a client that lost its files is one. */
  #startsOver(key: PeerKey): void {
    const peer = this.peers.get(key);
    if (!peer?.complete) return;
    peer.complete = false;
    this.peers.set(key, peer);
    this.complete -= 1;
    this.incomplete += 1;
  }

  /** `write` hands out peers, straight into the reply. */
  protected override _getPeers(): readonly LibraryPeer[] {
    return nobody;
  }
}

/** Copies one address out of the two rows laid end to end; where the next one goes. */
function copy(index: number, leechers: Row, seeders: Row, target: Uint8Array, at: number): number {
  const { width } = leechers;
  const { bytes } = index < leechers.length ? leechers : seeders;
  const from = (index < leechers.length ? index : index - leechers.length) * width;
  for (let i = 0; i < width; i += 1) target[at + i] = bytes[from + i] ?? 0;
  return at + width;
}

const nobody: readonly LibraryPeer[] = [];

/** The only error is an event that `Announce` cannot hold. */
function ignore(): void {}
