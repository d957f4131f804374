import type { ConnectionSample } from "../../api/facts.ts";
import type { JournalBody, JournalLine } from "../../api/journal.ts";
import { type PeerSettings, type TorrentInfo, usualSettings } from "../../api/words.ts";
import { type Random, seededRandom } from "../../seeded-random.ts";

/**
 * Journal lines of a swarm that never was: rarest first, four slots, everybody connected to everybody. It stands in for
 * a lab where a test or a bench needs the same swarm every time, or a bigger one than the machine can run.
 */
export interface SimulatedSwarm {
  /** The lines up to the leechers' release. */
  start(): JournalLine[];
  /** The lines of the next `seconds`, in order. */
  run(seconds: number): JournalLine[];
  readonly done: boolean;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly seeders: number;
  readonly leechers: number;
  readonly torrents: number;
  readonly pieces: number;
  readonly pieceLength?: number;
  /** Bytes per second of a leecher; a seeder has twice as much. */
  readonly up?: number;
  readonly lab?: string;
  /** Names of the torrents and of the client program, in place of tame ones. */
  readonly names?: readonly string[];
  readonly client?: string;
}

interface Peer {
  readonly name: string;
  readonly role: "seeder" | "leecher";
  readonly settings: PeerSettings;
  readonly peerId: string;
  /** By torrent: what it has. */
  readonly pieces: Uint8Array[];
  readonly have: number[];
  readonly downloaded: number[];
  readonly uploaded: number[];
  /** By torrent, by peer: bytes and the sample's flags. */
  readonly links: Link[][];
  /** Bytes it may still send. */
  budget: number;
}

interface Link {
  down: number;
  up: number;
  unchoked: boolean;
  optimistic: boolean;
  interested: boolean;
  changed: boolean;
}

const STEP = 0.25;
const RECHOKE = 10;

export function simulateSwarm(options: SimulationOptions): SimulatedSwarm {
  const random = seededRandom(options.seed);
  const torrents = Array.from({ length: options.torrents }, (_, index) => torrentOf(options, random, index));
  const peers = makePeers(options, random);
  const run = "20261121-100000-simulated";
  let [t, seq, lines] = [0, 0, [] as JournalLine[]];

  function say(node: string, body: JournalBody): void {
    seq += 1;
    lines.push({ v: 1, run, seq, t: Math.round(t * 1000) / 1000, node, ...body });
  }
  function taken(): JournalLine[] {
    const taken = lines;
    lines = [];
    return taken;
  }

  function start(): JournalLine[] {
    const hashes = torrents.map((torrent) => torrent.infoHash);
    say("controller", {
      type: "run",
      lab: options.lab ?? "simulated",
      runtime: "process",
      profile: "default",
      startedAt: "2026-11-21T10:00:00Z",
      tracker: { kind: "bittorrent-tracker", url: "http://127.0.0.1:6969/announce", interval: 10 },
      torrents,
      nodes: peers.map(({ name, role, settings }) => ({
        ...{ node: name, role, settings, group: role },
        seeds: role === "seeder" ? hashes : [],
        fetches: role === "seeder" ? [] : hashes,
      })),
    });
    say("tracker", { type: "node", state: "running", role: "tracker", client: "bittorrent-tracker 11.2.3" });
    for (const [index, peer] of peers.entries()) hello(peer, index);
    t += 1;
    say("controller", { type: "release", nodes: peers.filter((one) => one.role === "leecher").map((one) => one.name) });
    for (const peer of peers) announce(peer, "started");
    for (const peer of peers) for (const other of peers) if (peer.name < other.name) connect(peer, other);
    rechoke();
    return taken();
  }

  function hello(peer: Peer, index: number): void {
    t += 0.05;
    const client = options.client ?? "torrent-lab 0.1.0 (WebTorrent 3.0.21)";
    const { role, peerId } = peer;
    say(peer.name, { type: "node", state: "running", role, client, address: `127.0.0.1:${42000 + index}`, peerId });
    for (const { infoHash, pieceCount } of torrents) {
      const bitfield = role === "seeder" ? fullHex(pieceCount) : "00".repeat(Math.ceil(pieceCount / 8));
      const state = role === "seeder" ? "seeding" : "downloading";
      say(peer.name, { type: "torrent", torrent: infoHash, state, bitfield });
    }
  }

  function announce(peer: Peer, event: "started" | "completed" | "update"): void {
    for (const [index, { infoHash, length }] of torrents.entries()) {
      const complete = peers.filter((one) => one.have[index] === options.pieces).length;
      const counts = { complete, incomplete: peers.length - complete };
      const left = Math.round(length * (1 - (peer.have[index] ?? 0) / options.pieces));
      say("tracker", {
        ...{ type: "announce", torrent: infoHash, peer: peer.name, address: "127.0.0.1:42000", event, left },
        ...{ protocol: "http", uploaded: peer.uploaded[index] ?? 0, downloaded: peer.downloaded[index] ?? 0 },
        ...{ ...counts, peers: peers.length - 1 },
      });
      say(peer.name, { type: "tracker-answer", torrent: infoHash, ...counts, interval: 10 });
    }
  }

  function connect(a: Peer, b: Peer): void {
    for (const { infoHash } of torrents) {
      say(a.name, { type: "peer-connected", torrent: infoHash, peer: b.name, address: "127.0.0.1:1", incoming: false });
      say(b.name, { type: "peer-connected", torrent: infoHash, peer: a.name, address: "127.0.0.1:2", incoming: true });
    }
  }

  /** Interest follows the pieces; slots go to the best givers and, in turn, to one of the others. */
  function rechoke(): void {
    for (const [index, { infoHash }] of torrents.entries())
      for (const [me, peer] of peers.entries()) {
        for (const [other, them] of peers.entries()) if (them !== peer) noteInterest(me, other, index, infoHash);
        regrant(peer, me, index, infoHash);
      }
  }

  function noteInterest(me: number, other: number, index: number, torrent: string): void {
    const [peer, them] = [peers[me], peers[other]];
    const link = peer?.links[index]?.[other];
    if (!peer || !them || !link) return;
    const wants = wanted(peer, them, index, options.pieces);
    if (wants === link.interested) return;
    link.interested = wants;
    link.changed = true;
    say(peer.name, { type: wants ? "interested" : "not-interested", torrent, peer: them.name });
  }

  function regrant(peer: Peer, me: number, index: number, torrent: string): void {
    const askers = peers.flatMap((them, other) => (them.links[index]?.[me]?.interested ? [other] : []));
    const ranked = askers.map((other) => ({ other, score: (peer.links[index]?.[other]?.down ?? 0) + random.next() }));
    ranked.sort((a, b) => b.score - a.score);
    const slots = new Set(ranked.slice(0, peer.settings.slots - 1).map((one) => one.other));
    const rest = ranked.slice(peer.settings.slots - 1);
    const lucky = rest[random.below(rest.length)]?.other;
    for (const [other, them] of peers.entries()) {
      const link = peer.links[index]?.[other];
      if (!link || other === me) continue;
      const optimistic = other === lucky;
      const unchoked = optimistic || slots.has(other);
      if (unchoked === link.unchoked && optimistic === link.optimistic) continue;
      Object.assign(link, { unchoked, optimistic, changed: true });
      if (unchoked) say(peer.name, { type: "unchoke", torrent, peer: them.name, optimistic });
      else say(peer.name, { type: "choke", torrent, peer: them.name });
    }
  }

  function transfer(): void {
    for (const [me, peer] of peers.entries()) {
      peer.budget = Math.min(peer.budget + (peer.settings.up ?? 0) * STEP, (peer.settings.up ?? 0) * 2 + 1e6);
      for (let tries = 0; tries < 6 && peer.budget > 0; tries += 1) give(peer, me);
    }
  }

  function give(peer: Peer, me: number): void {
    const index = random.below(torrents.length);
    const torrent = torrents[index];
    const takers = peers.flatMap((them, other) => {
      const link = peer.links[index]?.[other];
      return link?.unchoked && them.links[index]?.[me]?.interested ? [other] : [];
    });
    const other = takers[random.below(takers.length)];
    const them = other === undefined ? undefined : peers[other];
    if (!torrent || !them || other === undefined) return;
    const piece = rarest(peer, them, index);
    if (piece === undefined) return;
    const bytes = Math.min(torrent.pieceLength, torrent.length - piece * torrent.pieceLength);
    if (peer.budget < bytes) return;
    peer.budget -= bytes;
    hand(peer, me, them, other, index, bytes);
    const mine = them.pieces[index];
    if (mine) mine[piece] = 1;
    them.have[index] = (them.have[index] ?? 0) + 1;
    say(them.name, {
      ...{ type: "have", torrent: torrent.infoHash, piece },
      from: [{ peer: peer.name, bytes }],
    });
    if (them.have[index] === torrent.pieceCount) complete(them, torrent);
  }

  function complete(peer: Peer, torrent: TorrentInfo): void {
    say(peer.name, { type: "torrent", torrent: torrent.infoHash, state: "seeding" });
    announce(peer, "completed");
  }

  /** Of the pieces that one has and the other wants, the rarest of a few random ones. */
  function rarest(peer: Peer, them: Peer, index: number): number | undefined {
    const [has, wants] = [peer.pieces[index], them.pieces[index]];
    if (!has || !wants) return undefined;
    const start = random.below(options.pieces);
    let [best, fewest, seen] = [undefined as number | undefined, Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < options.pieces && seen < 24; i += 1) {
      const piece = (start + i * 7) % options.pieces;
      if (!has[piece] || wants[piece]) continue;
      seen += 1;
      const holders = peers.reduce((sum, one) => sum + (one.pieces[index]?.[piece] ?? 0), 0);
      if (holders < fewest) [best, fewest] = [piece, holders];
    }
    return best;
  }

  function sample(peer: Peer, me: number): void {
    say(peer.name, {
      type: "sample",
      memory: 40e6 + me * 1e5,
      load: Math.round(random.next() * 200) / 1000,
      torrents: torrents.map((torrent, index) => ({
        torrent: torrent.infoHash,
        downloaded: peer.downloaded[index] ?? 0,
        uploaded: peer.uploaded[index] ?? 0,
        wasted: 0,
        left: 0,
        connected: peers.length - 1,
        peers: changedLinks(peer, me, index),
      })),
    });
  }

  function changedLinks(peer: Peer, me: number, index: number): ConnectionSample[] {
    return (peer.links[index] ?? []).flatMap((link, other): ConnectionSample[] => {
      const them = peers[other];
      if (!link.changed || !them || other === me) return [];
      link.changed = false;
      return [[them.name, link.down, link.up, flagsOf(link, them.links[index]?.[me], peer.name > them.name)]];
    });
  }

  function second(): void {
    for (let part = 0; part < 1 / STEP; part += 1) {
      t += STEP;
      transfer();
    }
    for (const [me, peer] of peers.entries()) sample(peer, me);
    if (Math.floor(t) % RECHOKE !== 0) return;
    rechoke();
    for (const peer of peers) announce(peer, "update");
  }

  return {
    start,
    run(seconds) {
      for (let i = 0; i < seconds; i += 1) second();
      return taken();
    },
    get done() {
      return peers.every((peer) => peer.have.every((have) => have === options.pieces));
    },
  };
}

function hand(peer: Peer, me: number, them: Peer, other: number, index: number, bytes: number): void {
  const [sent, got] = [peer.links[index]?.[other], them.links[index]?.[me]];
  if (sent) Object.assign(sent, { up: sent.up + bytes, changed: true });
  if (got) Object.assign(got, { down: got.down + bytes, changed: true });
  peer.uploaded[index] = (peer.uploaded[index] ?? 0) + bytes;
  them.downloaded[index] = (them.downloaded[index] ?? 0) + bytes;
}

function flagsOf(mine: Link, theirs: Link | undefined, incoming: boolean): string {
  const wanting = mine.interested ? (theirs?.unchoked ? "D" : "d") : theirs?.unchoked ? "K" : "";
  const giving = theirs?.interested ? (mine.unchoked ? "U" : "u") : mine.unchoked ? "?" : "";
  return `${wanting}${giving}${mine.optimistic ? "O" : ""}${incoming ? "I" : ""}`;
}

function wanted(peer: Peer, them: Peer, index: number, pieces: number): boolean {
  if (peer.have[index] === pieces || them.have[index] === 0) return false;
  if (them.have[index] === pieces) return true;
  const [mine, theirs] = [peer.pieces[index], them.pieces[index]];
  for (let piece = 0; piece < pieces; piece += 1) if (theirs?.[piece] && !mine?.[piece]) return true;
  return false;
}

function makePeers(options: SimulationOptions, random: Random): Peer[] {
  const up = options.up ?? 1 << 20;
  const all = options.seeders + options.leechers;
  return Array.from({ length: all }, (_, index) => {
    const role = index < options.seeders ? "seeder" : "leecher";
    const full = role === "seeder";
    const each = <T>(make: () => T) => Array.from({ length: options.torrents }, make);
    return {
      name: full ? `seeder-${index + 1}` : `leecher-${index - options.seeders + 1}`,
      role,
      settings: { ...usualSettings, up: full ? up * 2 : up, down: up * 8, maxPeers: 55 },
      peerId: random.hex(40),
      pieces: each(() => new Uint8Array(options.pieces).fill(full ? 1 : 0)),
      have: each(() => (full ? options.pieces : 0)),
      downloaded: each(() => 0),
      uploaded: each(() => 0),
      links: each(() => Array.from({ length: all }, newLink)),
      budget: 0,
    };
  });
}

function newLink(): Link {
  return { down: 0, up: 0, unchoked: false, optimistic: false, interested: false, changed: false };
}

function torrentOf(options: SimulationOptions, random: Random, index: number): TorrentInfo {
  const pieceLength = options.pieceLength ?? 256 << 10;
  const name =
    options.names?.[index] ??
    ["debian-13.iso", "lecture notes", "field-recordings", "maps"][index] ??
    `set-${index + 1}`;
  return {
    ...{ name, pieceLength, infoHash: random.hex(40), source: name },
    length: options.pieces * pieceLength - 1000,
    pieceCount: options.pieces,
  };
}

function fullHex(pieces: number): string {
  const spare = Math.ceil(pieces / 8) * 8 - pieces;
  return `${"ff".repeat(Math.ceil(pieces / 8) - 1)}${((0xff << spare) & 0xff).toString(16).padStart(2, "0")}`;
}
