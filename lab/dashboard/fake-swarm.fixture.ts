import type { JournalBody, JournalLine } from "../api/journal.ts";
import { type PeerSettings, type TorrentInfo, usualSettings } from "../api/words.ts";
import { type Random, seededRandom } from "../seeded-random.ts";

/** A made-up swarm that behaves much as a real one, written as the journal that it would leave. For tests and benches. */
export interface FakeSwarm {
  readonly leechers: number;
  readonly pieces: number;
  readonly pieceLength: number;
  /** Bytes per second of the seeder and of each leecher. */
  readonly seederUp: number;
  readonly leecherUp: number;
  /** Names of the torrents; all have the same size. */
  readonly torrents: readonly string[];
  readonly seed: number;
  readonly client: string;
}

export const smallSwarm: FakeSwarm = {
  leechers: 5,
  pieces: 128,
  pieceLength: 256 << 10,
  seederUp: 2 << 20,
  leecherUp: 1 << 20,
  torrents: ["a film.mkv"],
  seed: 7,
  client: "torrent-lab 0.1.0",
};

const STEP = 0.25;
const SLOTS = 4;
const hash = (i: number) => String(i + 1).padStart(40, "0");

interface Link {
  readonly giver: Peer;
  readonly taker: Peer;
  unchoked: boolean;
  optimistic: boolean;
  /** Whether the taker said that the giver has something for it. */
  interested: boolean;
  piece: number;
  progress: number;
  sent: number;
  changed: boolean;
}

interface Peer {
  readonly name: string;
  readonly up: number;
  readonly torrent: number;
  readonly have: Set<number>;
  readonly wanted: Set<number>;
  downloaded: number;
  uploaded: number;
  links: Link[];
}

/** The journal's lines in order, for ever: when all is done only counters and announces go on. */
export function* fakeJournal(swarm: FakeSwarm): Generator<JournalLine> {
  const random = seededRandom(swarm.seed);
  const names = ["seeder-1", ...Array.from({ length: swarm.leechers }, (_, i) => `leecher-${i + 1}`)];
  const infos = swarm.torrents.map((name, i) => torrentInfo(swarm, name, i));
  let seq = 0;
  let t = 0;
  const line = (node: string, body: JournalBody): JournalLine => {
    seq += 1;
    return { v: 1, run: "run-1", seq, t: Math.round(t * 1000) / 1000, node, ...body };
  };
  const peers = infos.flatMap((_, torrent) => names.map((name) => newPeer(swarm, name, torrent)));
  for (const peer of peers) {
    const others = peers.filter((other) => other !== peer && other.torrent === peer.torrent);
    peer.links = others.map((taker) => newLink(peer, taker));
  }

  yield line("controller", runFact(swarm, names, infos));
  yield line("tracker", {
    type: "node",
    state: "running",
    role: "tracker",
    client: swarm.client,
    address: "127.0.0.1:6969",
  });
  for (const [i, name] of names.entries()) {
    t += 0.03;
    const role = name.startsWith("seeder") ? "seeder" : "leecher";
    const address = `127.0.0.1:${50_000 + i}`;
    yield line(name, { type: "node", state: "running", role, client: swarm.client, address, peerId: hash(900 + i) });
  }
  for (const peer of peers.filter(({ name }) => name === "seeder-1"))
    yield line(peer.name, {
      type: "torrent",
      torrent: hash(peer.torrent),
      state: "seeding",
      bitfield: fullHex(swarm.pieces),
    });
  yield line("controller", { type: "release", nodes: names.slice(1) });
  for (const peer of peers) {
    t += 0.01;
    if (peer.name !== "seeder-1")
      yield line(peer.name, { type: "torrent", torrent: hash(peer.torrent), state: "downloading" });
    yield line("tracker", announce(swarm, peer, peers, "started"));
  }
  for (const peer of peers)
    for (const { taker } of peer.links)
      yield line(peer.name, {
        type: "peer-connected",
        torrent: hash(peer.torrent),
        peer: taker.name,
        address: `127.0.0.1:${50_000 + names.indexOf(taker.name)}`,
        incoming: names.indexOf(taker.name) > names.indexOf(peer.name),
        client: swarm.client,
      });

  const start = t;
  for (let step = 0; ; step += 1) {
    t = start + step * STEP;
    if (step % 4 === 0)
      for (const link of peers.flatMap(({ links }) => links)) {
        const body = interest(link);
        if (body) yield line(link.taker.name, body);
      }
    if (step % 40 === 0)
      for (const peer of peers) for (const body of rechoke(peer, random, step / 40)) yield line(peer.name, body);
    for (const peer of peers) {
      const busy = peer.links.filter((link) => link.unchoked && wants(link));
      for (const link of busy) {
        const completed = transfer(
          swarm,
          link,
          (peer.up * STEP * (0.8 + 0.4 * random.next())) / busy.length,
          peers,
          random,
        );
        if (completed === undefined) continue;
        const torrent = hash(peer.torrent);
        const from = [{ peer: peer.name, bytes: swarm.pieceLength }];
        yield line(link.taker.name, { type: "have", torrent, piece: completed, from });
        if (link.taker.have.size < swarm.pieces) continue;
        yield line(link.taker.name, { type: "torrent", torrent, state: "seeding" });
        yield line("tracker", announce(swarm, link.taker, peers, "completed"));
      }
    }
    if (step % 4 === 0) for (const name of names) yield line(name, sample(swarm, name, peers, random));
    if (step % 40 === 20) for (const peer of peers) yield line("tracker", announce(swarm, peer, peers, "update"));
  }
}

/** The lines up to `seconds`. */
export function fakeLines(swarm: FakeSwarm, seconds: number): JournalLine[] {
  const lines: JournalLine[] = [];
  for (const line of fakeJournal(swarm)) {
    if (line.t > seconds) break;
    lines.push(line);
  }
  return lines;
}

function newPeer(swarm: FakeSwarm, name: string, torrent: number): Peer {
  const seeds = name.startsWith("seeder");
  const have = new Set(seeds ? Array.from({ length: swarm.pieces }, (_, i) => i) : []);
  const up = (seeds ? swarm.seederUp : swarm.leecherUp) / swarm.torrents.length;
  return { name, up, torrent, have, wanted: new Set(), downloaded: 0, uploaded: 0, links: [] };
}

function newLink(giver: Peer, taker: Peer): Link {
  return {
    giver,
    taker,
    unchoked: false,
    optimistic: false,
    interested: false,
    piece: -1,
    progress: 0,
    sent: 0,
    changed: true,
  };
}

function wants({ giver, taker, piece }: Link): boolean {
  if (piece >= 0) return true;
  for (const one of giver.have) if (!taker.have.has(one) && !taker.wanted.has(one)) return true;
  return false;
}

/** What the taker says, if it has changed its mind. */
function interest(link: Link): JournalBody | undefined {
  const { giver, taker } = link;
  const interested = [...giver.have].some((piece) => !taker.have.has(piece));
  if (interested === link.interested) return undefined;
  link.interested = interested;
  return { type: interested ? "interested" : "not-interested", torrent: hash(giver.torrent), peer: giver.name };
}

/** The three that gave most in return (a seeder takes turns), and one by chance that changes every third time. */
function* rechoke(peer: Peer, random: Random, round: number): Generator<JournalBody> {
  const torrent = hash(peer.torrent);
  const ranks = new Map(peer.links.map((link) => [link, (backLink(link)?.sent ?? 0) + random.next()]));
  const back = (link: Link) => ranks.get(link) ?? 0;
  const ranked = peer.links
    .filter((link) => wants(link))
    .sort((a, b) => back(b) - back(a) || a.taker.name.localeCompare(b.taker.name));
  const regular = new Set(ranked.slice(0, SLOTS - 1));
  const rest = ranked.slice(SLOTS - 1);
  const lucky = rest.find((link) => link.optimistic && round % 3 !== 0) ?? rest[random.below(rest.length)];
  for (const link of peer.links) {
    const unchoked = regular.has(link) || link === lucky;
    const optimistic = link === lucky;
    // As on the wire: who stays unchoked is told nothing when the optimistic slot goes to another.
    if (unchoked && !link.unchoked) yield { type: "unchoke", torrent, peer: link.taker.name, optimistic };
    if (!unchoked && link.unchoked) {
      yield { type: "choke", torrent, peer: link.taker.name };
      link.taker.wanted.delete(link.piece);
      link.piece = -1;
      link.progress = 0;
    }
    if (link.unchoked !== unchoked || link.optimistic !== optimistic) link.changed = true;
    link.unchoked = unchoked;
    link.optimistic = optimistic;
  }
}

/** Sends bytes; the number of the piece that they completed. */
function transfer(swarm: FakeSwarm, link: Link, bytes: number, peers: Peer[], random: Random): number | undefined {
  const { giver, taker } = link;
  if (link.piece < 0) link.piece = pickRarest(link, peers, random);
  if (link.piece < 0) return undefined;
  taker.wanted.add(link.piece);
  link.sent += Math.round(bytes);
  link.progress += bytes;
  link.changed = true;
  giver.uploaded += Math.round(bytes);
  taker.downloaded += Math.round(bytes);
  if (link.progress < swarm.pieceLength) return undefined;
  const { piece } = link;
  taker.wanted.delete(piece);
  taker.have.add(piece);
  link.piece = -1;
  link.progress = 0;
  return piece;
}

function pickRarest({ giver, taker }: Link, peers: Peer[], random: Random): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const piece of giver.have) {
    if (taker.have.has(piece) || taker.wanted.has(piece) || random.next() < 0.5) continue;
    const holders = peers.filter((peer) => peer.torrent === giver.torrent && peer.have.has(piece)).length;
    if (holders >= least) continue;
    best = piece;
    least = holders;
  }
  return best;
}

function sample(swarm: FakeSwarm, name: string, peers: Peer[], random: Random): JournalBody {
  const own = peers.filter((peer) => peer.name === name);
  return {
    type: "sample",
    memory: Math.round((60 + 10 * random.next()) * (1 << 20)),
    load: Math.round(random.next() * 20) / 100,
    torrents: own.map((peer) => ({
      torrent: hash(peer.torrent),
      downloaded: peer.downloaded,
      uploaded: peer.uploaded,
      wasted: 0,
      left: (swarm.pieces - peer.have.size) * swarm.pieceLength,
      connected: peer.links.length,
      peers: peer.links.filter(takeChanged).map((link) => {
        const back = backLink(link);
        return [link.taker.name, back?.sent ?? 0, link.sent, flagsOf(link, back)];
      }),
    })),
  };
}

function backLink({ giver, taker }: Link): Link | undefined {
  return taker.links.find((link) => link.taker === giver);
}

function takeChanged(link: Link): boolean {
  const changed = link.changed || backLink(link)?.changed === true;
  link.changed = false;
  return changed;
}

function flagsOf(link: Link, back: Link | undefined): string {
  const gives = wants(link) ? (link.unchoked ? "U" : "u") : link.unchoked ? "?" : "";
  const gets = back && wants(back) ? (back.unchoked ? "D" : "d") : back?.unchoked ? "K" : "";
  return `${gets}${gives}${link.optimistic ? "O" : ""}${link.taker.name < link.giver.name ? "I" : ""}`;
}

function announce(swarm: FakeSwarm, peer: Peer, peers: Peer[], event: "started" | "completed" | "update"): JournalBody {
  const swarmers = peers.filter((other) => other.torrent === peer.torrent);
  const complete = swarmers.filter((other) => other.have.size === swarm.pieces).length;
  return {
    type: "announce",
    torrent: hash(peer.torrent),
    peer: peer.name,
    address: "127.0.0.1:50000",
    event,
    protocol: "http",
    uploaded: peer.uploaded,
    downloaded: peer.downloaded,
    left: (swarm.pieces - peer.have.size) * swarm.pieceLength,
    complete,
    incomplete: swarmers.length - complete,
    peers: swarmers.length - 1,
  };
}

function runFact(swarm: FakeSwarm, names: string[], torrents: TorrentInfo[]): JournalBody {
  const all = torrents.map(({ infoHash }) => infoHash);
  const knobs = (up: number): PeerSettings => ({ ...usualSettings, up, slots: SLOTS });
  return {
    type: "run",
    lab: "demo",
    runtime: "process",
    profile: "default",
    startedAt: "2026-11-01T12:00:00Z",
    tracker: { kind: "bittorrent-tracker", url: "http://127.0.0.1:6969/announce", interval: 10 },
    torrents,
    nodes: [
      { node: "tracker", role: "tracker", group: "tracker", settings: null, seeds: [], fetches: [] },
      ...names.map((node) => {
        const seeds = node.startsWith("seeder");
        return {
          node,
          role: seeds ? ("seeder" as const) : ("leecher" as const),
          group: seeds ? "seeder" : "leecher",
          settings: knobs(seeds ? swarm.seederUp : swarm.leecherUp),
          seeds: seeds ? all : [],
          fetches: seeds ? [] : all,
        };
      }),
    ],
  };
}

function torrentInfo({ pieces, pieceLength }: FakeSwarm, name: string, i: number): TorrentInfo {
  return { name, infoHash: hash(i), length: pieces * pieceLength, pieceLength, pieceCount: pieces, source: name };
}

function fullHex(pieces: number): string {
  return "ff".repeat(Math.ceil(pieces / 8));
}
