import type { LibraryPeer, LibraryPeers } from "bittorrent-tracker/server";
import { type Family, familyOf, type PeerKey, writeCompact } from "./address.ts";
import type { Recent } from "./recency.ts";
import type { Swarm } from "./swarm.ts";

/** A peer's place in a swarm. */
export interface Seat extends Recent {
  readonly swarm: Swarm;
  readonly key: PeerKey;
  peer: LibraryPeer;
  /** Where its compact address lies. */
  row: Row;
  index: number;
  /** Its one `completed` has been counted. */
  counted: boolean;
}

/**
 * The peers of one swarm, given to the library in place of its LRU cache: that one copies all its keys for every
 * announce and expires a peer only when somebody asks for it. Here addresses lie ready for the reply in dense rows,
 * leechers apart from seeders.
 */
export class Seats implements LibraryPeers {
  readonly #swarm: Swarm;
  readonly #seats = new Map<PeerKey, Seat>();
  readonly leechers = { 4: new Row(6), 6: new Row(18) };
  readonly seeders = { 4: new Row(6), 6: new Row(18) };
  /** The library looks a peer up and stores it again within one announce. */
  #last: Seat | undefined;

  constructor(swarm: Swarm) {
    this.#swarm = swarm;
  }

  get size(): number {
    return this.#seats.size;
  }

  seat(key: PeerKey): Seat | undefined {
    if (this.#last?.key === key) return this.#last;
    this.#last = this.#seats.get(key);
    return this.#last;
  }

  get(key: PeerKey): LibraryPeer | undefined {
    return this.seat(key)?.peer;
  }

  set(key: PeerKey, peer: LibraryPeer): void {
    const row = (peer.complete ? this.seeders : this.leechers)[familyOf(key)];
    const seat = this.seat(key);
    if (!seat) {
      this.#sit(key, peer, row);
      return;
    }
    seat.peer = peer;
    if (seat.row === row) return;
    seat.row.remove(seat);
    row.add(seat);
  }

  remove(key: PeerKey): void {
    const seat = this.seat(key);
    if (!seat) return;
    this.#last = undefined;
    this.#seats.delete(key);
    seat.row.remove(seat);
  }

  count(family: Family): number {
    return this.leechers[family].length + this.seeders[family].length;
  }

  #sit(key: PeerKey, peer: LibraryPeer, row: Row): void {
    const seat: Seat = {
      swarm: this.#swarm,
      key,
      peer,
      row,
      index: 0,
      counted: false,
      seen: 0,
      line: undefined,
      before: undefined,
      after: undefined,
    };
    this.#last = seat;
    this.#seats.set(key, seat);
    row.add(seat);
  }
}

/** Most swarms have only one of four rows: the others cost nothing. */
const empty = new Uint8Array(0);

/** Compact addresses side by side, in no order. */
export class Row {
  readonly width: number;
  bytes: Uint8Array;
  readonly #seats: Seat[] = [];

  constructor(width: number) {
    this.width = width;
    this.bytes = empty;
  }

  get length(): number {
    return this.#seats.length;
  }

  add(seat: Seat): void {
    seat.row = this;
    seat.index = this.#seats.push(seat) - 1;
    if (this.bytes.length < this.#seats.length * this.width) this.#grow();
    writeCompact(seat.key, this.bytes, seat.index * this.width);
  }

  /** The last one takes the place of the one that leaves. */
  remove(seat: Seat): void {
    const last = this.#seats.pop();
    if (!last || last === seat) return;
    const from = this.#seats.length * this.width;
    this.bytes.copyWithin(seat.index * this.width, from, from + this.width);
    last.index = seat.index;
    this.#seats[seat.index] = last;
  }

  #grow(): void {
    const bytes = new Uint8Array(Math.max(4 * this.width, 2 * this.bytes.length));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}
