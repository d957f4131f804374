import fc from "fast-check";
import type { JournalBody, JournalLine } from "../api/journal.ts";
import { behaviour } from "../api/words.ts";
import { HASH, journal } from "./journal.fixture.ts";

const NODES = ["tracker", "seeder-1", "leecher-1", "leecher-2", "nobody"];
const PEERS = [...NODES, "10.0.0.9:6881", "peer-12345678", "__proto__"];

const node = fc.constantFrom(...NODES);
const peer = fc.constantFrom(...PEERS);
const torrent = fc.constantFrom(HASH, HASH, HASH, "b".repeat(40));
const piece = fc.nat(20);
const bytes = fc.nat(1_000_000);
const from = fc.array(fc.record({ peer, bytes }), { maxLength: 3 });
const flags = fc.constantFrom("", "D", "dI", "U", "uO", "?K", "UOI");
const row = fc.tuple(peer, bytes, bytes, flags);

const counters = fc.record({
  torrent,
  downloaded: bytes,
  uploaded: bytes,
  wasted: bytes,
  left: bytes,
  connected: fc.nat(5),
  peers: fc.array(row, { maxLength: 4 }),
});

const body: fc.Arbitrary<JournalBody> = fc.oneof(
  { weight: 8, arbitrary: sampleOf(3) },
  fc.record({ type: fc.constant("have" as const), torrent, piece, from }),
  fc.record({ type: fc.constant("hash-failed" as const), torrent, piece, from }),
  fc.record({ type: fc.constant("banned" as const), torrent, peer, pieces: fc.nat(9), seconds: fc.nat(60) }),
  fc.record({
    type: fc.constantFrom("choke" as const, "interested" as const, "not-interested" as const),
    torrent,
    peer,
  }),
  fc.record({ type: fc.constant("unchoke" as const), torrent, peer, optimistic: fc.boolean() }),
  fc.record({
    type: fc.constant("peer-connected" as const),
    torrent,
    peer,
    address: fc.constant("10.0.0.9:6881"),
    incoming: fc.boolean(),
  }),
  fc.record({ type: fc.constant("peer-left" as const), torrent, peer }),
  fc.record(
    {
      type: fc.constant("torrent" as const),
      torrent,
      state: fc.constantFrom("checking", "waiting", "downloading", "seeding", "retired", "error"),
      bitfield: fc.constantFrom("ffff", "0000", "f00f", "ff", ""),
    },
    { requiredKeys: ["type", "torrent", "state"] },
  ),
  fc.record(
    {
      type: fc.constant("node" as const),
      state: fc.constantFrom("created", "starting", "running", "paused", "stopped", "failed"),
      peerId: fc.constantFrom("1".repeat(40), "2".repeat(40)),
    },
    { requiredKeys: ["type", "state"] },
  ),
  fc.record({ type: fc.constant("release" as const), nodes: fc.subarray(NODES) }),
  fc.record({ type: fc.constant("torrent-retired" as const), torrent }),
  fc.record({
    type: fc.constant("settings" as const),
    settings: fc.record({
      up: fc.option(fc.nat(), { nil: null }),
      down: fc.option(fc.nat(), { nil: null }),
      slots: fc.nat(8),
      strategy: fc.constantFrom("rarest", "sequential"),
      endgame: fc.boolean(),
      superSeeding: fc.boolean(),
      maxPeers: fc.integer({ min: 1, max: 100 }),
      behaviour: fc.constantFrom(...behaviour.options),
    }),
  }),
  fc.record({
    type: fc.constant("tracker-answer" as const),
    torrent,
    complete: fc.nat(5),
    incomplete: fc.nat(5),
    interval: fc.constant(10),
  }),
);

function sampleOf(torrents: number): fc.Arbitrary<JournalBody> {
  return fc.record({
    type: fc.constant("sample" as const),
    memory: fc.option(bytes, { nil: null }),
    load: fc.constantFrom(0, 0.5, 1),
    torrents: fc.array(counters, { maxLength: torrents }),
  });
}

const step = fc.record({ node, body, wait: fc.constantFrom(0, 0.001, 0.3, 1, 2, 700) });

/** A swarm that started, and then anything at any time. */
export const randomJournal: fc.Arbitrary<JournalLine[]> = fc.array(step, { maxLength: 60 }).map((steps) => {
  const lab = journal();
  lab.startSwarm({ leechers: 2 });
  for (const { node: reporter, body: what, wait } of steps) {
    lab.t += wait;
    lab.add(reporter, what);
  }
  return lab.lines;
});
