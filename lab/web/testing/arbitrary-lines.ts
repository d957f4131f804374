import fc from "fast-check";
import type { JournalBody, JournalLine } from "../../api/journal.ts";
import type { TorrentInfo } from "../../api/words.ts";

const NODES = ["a-1", "b-1", "__proto__", "constructor"];
const PIECES = 11;
const HASHES = ["a".repeat(40), "b".repeat(40)];

/**
 * Lines of a small world in any order: what a journal that was cut, doubled or made up could hold. Names of nodes are
 * words that mean something to JavaScript.
 */
export const hostileLine: fc.Arbitrary<Omit<JournalLine, "seq" | "t">> = fc.oneof(
  line(fc.constantFrom("controller"), fc.oneof(runBody(), releaseBody(), retiredBody())),
  line(anyNode(), fc.oneof(nodeBody(), torrentBody(), haveBody())),
  line(anyNode(), fc.oneof(sampleBody(), sampleBody(), wishBody(), connectionBody())),
);

function line(node: fc.Arbitrary<string>, body: fc.Arbitrary<JournalBody>) {
  return fc.tuple(node, body).map(([name, what]) => ({ v: 1 as const, run: "r", node: name, ...what }));
}

function anyNode() {
  return fc.constantFrom("a-1", "b-1", "__proto__", "constructor");
}

function anyHash() {
  return fc.constantFrom("a".repeat(40), "b".repeat(40), "c".repeat(40));
}

function runBody(): fc.Arbitrary<JournalBody> {
  return fc.subarray([0, 1, 2, 3]).map((kept) => ({
    ...{ type: "run", lab: "l", runtime: "process", profile: "p", startedAt: "2026-11-21T10:00:00Z" },
    tracker: { kind: "k", url: "u", interval: 10 },
    torrents: HASHES.map(info),
    nodes: kept.map((index) => ({
      ...{
        node: NODES[index] ?? "",
        role: index === 0 ? ("seeder" as const) : ("leecher" as const),
        group: "g",
        settings: null,
      },
      seeds: index === 0 ? HASHES : [],
      fetches: index === 0 ? [] : HASHES,
    })),
  }));
}

function info(infoHash: string): TorrentInfo {
  return {
    name: infoHash.slice(0, 3),
    infoHash,
    length: PIECES * 16384,
    pieceLength: 16384,
    pieceCount: PIECES,
    source: "s",
  };
}

function releaseBody(): fc.Arbitrary<JournalBody> {
  return fc.subarray(["a-1", "b-1", "__proto__"]).map((nodes) => ({ type: "release", nodes }));
}

function retiredBody(): fc.Arbitrary<JournalBody> {
  return anyHash().map((torrent) => ({ type: "torrent-retired", torrent }));
}

function nodeBody(): fc.Arbitrary<JournalBody> {
  const state = fc.constantFrom("running" as const, "paused" as const, "stopped" as const, "failed" as const);
  const peerId = fc.constantFrom("1".repeat(40), "2".repeat(40));
  return fc.record({ type: fc.constant("node" as const), state, peerId }, { requiredKeys: ["type", "state"] });
}

function torrentBody(): fc.Arbitrary<JournalBody> {
  const state = fc.constantFrom("checking" as const, "downloading" as const, "seeding" as const, "error" as const);
  const bitfield = fc.constantFrom("0000", "ffe0", "a000");
  const fields = { type: fc.constant("torrent" as const), torrent: anyHash(), state, bitfield };
  return fc.record(fields, { requiredKeys: ["type", "torrent", "state"] });
}

function haveBody(): fc.Arbitrary<JournalBody> {
  const from = fc.array(fc.record({ peer: anyNode(), bytes: fc.nat(16384) }), { maxLength: 3 });
  return fc.record({ type: fc.constant("have" as const), torrent: anyHash(), piece: fc.nat(PIECES + 2), from });
}

/** Counters of few values, so that many are the same as before and some fall back. */
function sampleBody(): fc.Arbitrary<JournalBody> {
  const counter = fc.constantFrom(0, 0, 1000, 1000, 5000);
  const flags = fc.constantFrom("", "D", "UO", "dI", "?");
  const torrent = fc.record({
    ...{ torrent: anyHash(), downloaded: counter, uploaded: counter, wasted: fc.constant(0) },
    ...{ left: fc.constant(0), connected: fc.nat(2), peers: fc.array(fc.tuple(anyNode(), counter, counter, flags)) },
  });
  const memory = fc.constantFrom(null, 1e6);
  return fc.record({
    type: fc.constant("sample" as const),
    memory,
    load: fc.constant(0.5),
    torrents: fc.array(torrent, { maxLength: 3 }),
  });
}

function wishBody(): fc.Arbitrary<JournalBody> {
  const common = { torrent: anyHash(), peer: fc.oneof(anyNode(), fc.constant("10.0.0.9:1")) };
  const type = fc.constantFrom("choke" as const, "interested" as const, "not-interested" as const);
  return fc.oneof(
    fc.record({ type, ...common }),
    fc.record({ type: fc.constant("unchoke" as const), ...common, optimistic: fc.boolean() }),
  );
}

function connectionBody(): fc.Arbitrary<JournalBody> {
  const common = { torrent: anyHash(), peer: anyNode() };
  const connected = {
    type: fc.constant("peer-connected" as const),
    address: fc.constant("1.2.3.4:5"),
    incoming: fc.boolean(),
  };
  return fc.oneof(
    fc.record({ ...common, ...connected }),
    fc.record({ type: fc.constant("peer-left" as const), ...common }),
  );
}
