import type { Announce } from "./announce.ts";
import type { Patience } from "./patience.ts";
import { Recency } from "./recency.ts";
import type { Seat } from "./seats.ts";
import { Swarm } from "./swarm.ts";

export interface SwarmsOptions {
  /** Swarms kept; a new one beyond takes the place of an empty one, else of the most silent peers'. */
  readonly maxTorrents?: number;
  /** Peers kept over all swarms; a new one beyond takes the place of the one that has been silent the longest. */
  readonly maxPeers?: number;
  readonly onExpired?: (swarm: Swarm, seat: Seat, reason: Expiry) => void;
}

/** Why a peer was dropped: it was silent for too long, or the most silent one when a table was full. */
export type Expiry = "silent" | "full";

/** Room for every class; with 100,000 peers the tables take some 40 MB. */
const MAX_TORRENTS = 10_000;
const MAX_PEERS = 100_000;

/** All swarms of a tracker, bounded in size and time. Clocks are in milliseconds. */
export class Swarms {
  readonly #options: SwarmsOptions;
  readonly #swarms = new Map<string, Swarm>();
  /** Swarms without a peer, in the order in which they became so: they keep their count of downloads while there is room. */
  readonly #empty = new Set<Swarm>();
  readonly #recency = new Recency<Seat>();
  #peers = 0;
  /** How long a peer that announces now may be silent after it. */
  patience: Patience = () => 0;
  /** Downloads that were reported as finished. */
  completed = 0;

  constructor(options: SwarmsOptions = {}) {
    this.#options = options;
  }

  get size(): number {
    return this.#swarms.size;
  }

  get peers(): number {
    return this.#peers;
  }

  values(): Iterable<Swarm> {
    return this.#swarms.values();
  }

  /** @param infoHash 20 bytes as a Latin-1 string. */
  get(infoHash: string): Swarm | undefined {
    return this.#swarms.get(infoHash);
  }

  announce(announce: Announce, now: number): Swarm {
    const swarm = this.#swarms.get(announce.infoHash) ?? this.#add(announce);
    const before = swarm.peers.size;
    const leaving = announce.event === "stopped" ? swarm.peers.seat(announce.addr) : undefined;
    const { downloaded } = swarm;
    const seat = swarm.take(announce);
    this.completed += swarm.downloaded - downloaded;
    if (leaving) this.#recency.remove(leaving);
    if (seat) this.#recency.touch(seat, now, this.patience(announce.peer_id));
    if (swarm.peers.size !== before) this.#resized(swarm, before);
    return swarm;
  }

  /** Drops every peer that has been silent for longer than it might when it last announced. */
  expire(now: number): void {
    for (;;) {
      const seat = this.#recency.overdue(now);
      if (!seat) return;
      this.#drop(seat, "silent");
    }
  }

  #add(announce: Announce): Swarm {
    const { maxTorrents = MAX_TORRENTS } = this.#options;
    // A "stopped" for an unknown torrent gets an answer from a swarm that nobody keeps.
    const swarm = new Swarm(announce.infoHash);
    if (announce.event === "stopped") return swarm;
    while (this.#swarms.size >= maxTorrents) this.#makeRoom();
    this.#swarms.set(announce.infoHash, swarm);
    return swarm;
  }

  #makeRoom(): void {
    const [empty] = this.#empty;
    if (empty) {
      this.#empty.delete(empty);
      this.#swarms.delete(empty.infoHash);
      return;
    }
    const { first } = this.#recency;
    if (first) this.#drop(first, "full");
  }

  #resized(swarm: Swarm, before: number): void {
    const { maxPeers = MAX_PEERS } = this.#options;
    this.#peers += swarm.peers.size - before;
    if (swarm.peers.size === 0) this.#empty.add(swarm);
    else if (before === 0) this.#empty.delete(swarm);
    while (this.#peers > maxPeers) {
      const { first } = this.#recency;
      if (!first) return;
      this.#drop(first, "full");
    }
  }

  #drop(seat: Seat, reason: Expiry): void {
    const { swarm } = seat;
    const before = swarm.peers.size;
    this.#recency.remove(seat);
    swarm.drop(seat);
    this.#resized(swarm, before);
    this.#options.onExpired?.(swarm, seat, reason);
  }
}
