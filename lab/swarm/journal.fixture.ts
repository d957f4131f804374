import type { JournalBody, JournalLine } from "../api/journal.ts";
import { usualSettings } from "../api/words.ts";
import { apply, emptyModel, type SwarmModel } from "./model.ts";

export const HASH = "a".repeat(40);
export const PIECES = 16;
export const PIECE = 16_384;

export const film = {
  name: "film.bin",
  infoHash: HASH,
  length: PIECES * PIECE - 100,
  pieceLength: PIECE,
  pieceCount: PIECES,
  source: "film.bin",
};

/** As many pieces, each sixteen times as long. */
export const series = {
  name: "series.bin",
  infoHash: "b".repeat(40),
  length: 16 * PIECES * PIECE,
  pieceLength: 16 * PIECE,
  pieceCount: PIECES,
  source: "series.bin",
};

export interface SwarmShape {
  readonly leechers: number;
  /** Bytes per second; default: 2 MiB/s and 1 MiB/s up, unlimited down. */
  readonly seederUp?: number | null;
  readonly leecherUp?: number | null;
  readonly leecherDown?: number | null;
  readonly length?: number;
}

export interface TestJournal {
  readonly model: SwarmModel;
  readonly lines: JournalLine[];
  /** The clock of the next lines. */
  t: number;
  add(node: string, body: JournalBody): JournalLine;
  /** The lab consists of a tracker, a seeder and these leechers from now on. */
  plan(leechers: readonly string[], shape?: SwarmShape): void;
  /** The last plan once more, with changes. */
  replan(change: (run: RunFact) => Partial<RunFact>): void;
  /** Tracker, one seeder that has all and leechers that have nothing, just released. */
  startSwarm(shape: SwarmShape): void;
}

/** Writes a journal by hand, and the model that it gives. */
export function journal(): TestJournal {
  const model = emptyModel();
  const lines: JournalLine[] = [];
  const self: TestJournal = {
    model,
    lines,
    t: 0,
    add(node, body) {
      const line = { v: 1, run: "run-1", seq: lines.length + 1, t: self.t, node, ...body } as JournalLine;
      lines.push(line);
      apply(model, line);
      return line;
    },
    plan: (leechers, shape = { leechers: leechers.length }) => void self.add("controller", runLine(shape, leechers)),
    replan(change) {
      const run = lines.findLast((line) => line.type === "run");
      if (run?.type !== "run") throw new Error("there is no plan yet");
      const { v, run: _, seq, t, node, ...body } = run;
      self.add("controller", { ...body, ...change(body) });
    },
    startSwarm(shape) {
      const leechers = Array.from({ length: shape.leechers }, (_, i) => `leecher-${i + 1}`);
      self.plan(leechers, shape);
      for (const [i, node] of ["tracker", "seeder-1", ...leechers].entries()) {
        const peerId = node === "tracker" ? {} : { peerId: String(i).padStart(40, "0") };
        self.add(node, { type: "node", state: "running", client: "test", address: `127.0.0.1:${7000 + i}`, ...peerId });
      }
      self.add("seeder-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
      self.add("controller", { type: "release", nodes: leechers });
      for (const node of leechers)
        self.add(node, { type: "torrent", torrent: HASH, state: "downloading", bitfield: "0000" });
    },
  };
  return self;
}

/** A leecher that has all of a small torrent, and nothing of a large one with as many pieces. */
export function smallOneWhole(): TestJournal {
  const lab = journal();
  lab.startSwarm({ leechers: 1 });
  lab.replan(({ torrents, nodes }) => ({
    torrents: [...torrents, series],
    nodes: nodes.map((node) => ({ ...node, seeds: both(node.seeds), fetches: both(node.fetches) })),
  }));
  lab.add("seeder-1", { type: "torrent", torrent: series.infoHash, state: "seeding", bitfield: "ffff" });
  lab.add("leecher-1", { type: "torrent", torrent: HASH, state: "seeding", bitfield: "ffff" });
  lab.add("leecher-1", { type: "torrent", torrent: series.infoHash, state: "downloading", bitfield: "0000" });
  return lab;
}

const both = (hashes: readonly string[]) => (hashes.length === 0 ? [] : [HASH, series.infoHash]);

type RunFact = Extract<JournalBody, { type: "run" }>;

function runLine(shape: SwarmShape, leechers: readonly string[]): RunFact {
  const { seederUp = 2_097_152, leecherUp = 1_048_576, leecherDown = null, length = film.length } = shape;
  return {
    type: "run",
    lab: "test",
    runtime: "process",
    profile: "default",
    startedAt: "2026-11-21T00:00:00Z",
    tracker: { kind: "bittorrent-tracker", url: "http://127.0.0.1:6969/announce", interval: 10 },
    torrents: [{ ...film, length }],
    nodes: [
      { node: "tracker", role: "tracker", group: "tracker", settings: { interval: 10 }, seeds: [], fetches: [] },
      peerOf("seeder-1", { ...usualSettings, up: seederUp }),
      ...leechers.map((node) => peerOf(node, { ...usualSettings, up: leecherUp, down: leecherDown })),
    ],
  };
}

type PlannedNode = RunFact["nodes"][number];

function peerOf(node: string, settings: PlannedNode["settings"]): PlannedNode {
  const role = node.startsWith("seeder") ? "seeder" : "leecher";
  const seeds = role === "seeder" ? [HASH] : [];
  const fetches = role === "leecher" ? [HASH] : [];
  return { node, role, group: role, settings, seeds, fetches };
}
