import type { ConnectionSample } from "../../api/facts.ts";
import type { JournalBody, JournalLine, JournalLineOf } from "../../api/journal.ts";
import { lookup } from "../../swarm/dictionary.ts";
import type { NodeTorrentModel, SwarmModel } from "../../swarm/model.ts";

/**
 * Journal lines on their way to a tab: names once, frequent lines as short rows, and of the counters only what changed.
 * A tab that decodes a batch and folds it has the same picture as one that folds the lines themselves.
 */
export interface Batch {
  run: string;
  /** Of the last line before the batch. */
  after: number;
  names: string[];
  rows: Row[];
}

/** `[seq − the row's before, t, node, kind, …]`; names are positions in `names`. */
type Row =
  | [...Head, "s", number | null, number, SampleRow[]]
  | [...Head, "h", number, number, ...number[]]
  | [...Head, Wish, number, number]
  | [...Head, Omit<JournalLine, "v" | "run" | "seq" | "t" | "node">];
type Head = [number, number, number];
/** Torrent, downloaded, uploaded, wasted, connected, changed connections. */
type SampleRow = [number, number, number, number, number, [number, number, number, string][]];

const wishes = { choke: "c", unchoke: "u", optimistic: "o", interested: "i", "not-interested": "n" } as const;
type Wish = (typeof wishes)[keyof typeof wishes];

export interface BatchWriter {
  /** @param swarm as it is before the line; tells which counters change. */
  add(line: JournalLine, swarm: SwarmModel): void;
  /** What was added since the last call; `undefined` for nothing. */
  take(): Batch | undefined;
}

export function batchWriter(): BatchWriter {
  let batch: Batch | undefined;
  let positions = new Map<string, number>();
  let last = 0;

  function nameOf(name: string, names: string[]): number {
    const known = positions.get(name);
    if (known !== undefined) return known;
    positions.set(name, names.length);
    return names.push(name) - 1;
  }

  return {
    add(line, swarm) {
      batch ??= { run: line.run, after: swarm.seq, names: [], rows: [] };
      if (batch.rows.length === 0) last = batch.after;
      const { names } = batch;
      const head: Head = [line.seq - last, line.t, nameOf(line.node, names)];
      batch.rows.push(toRow(head, line, swarm, (name) => nameOf(name, names)));
      last = line.seq;
    },
    take() {
      const taken = batch;
      batch = undefined;
      positions = new Map();
      return taken;
    },
  };
}

function toRow(head: Head, line: JournalLine, swarm: SwarmModel, name: (name: string) => number): Row {
  switch (line.type) {
    case "sample":
      return [...head, "s", line.memory, line.load, sampleRows(line, swarm, name)];
    case "have":
      return [...head, "h", name(line.torrent), line.piece, ...line.from.flatMap((one) => [name(one.peer), one.bytes])];
    case "choke":
    case "interested":
    case "not-interested":
      return [...head, wishes[line.type], name(line.torrent), name(line.peer)];
    case "unchoke":
      return [...head, line.optimistic ? "o" : "u", name(line.torrent), name(line.peer)];
    default: {
      const { v, run, seq, t, node, ...body } = line;
      return [...head, body];
    }
  }
}

function sampleRows(line: JournalLineOf<"sample">, swarm: SwarmModel, name: (name: string) => number): SampleRow[] {
  const parts = lookup(swarm.nodes, line.node)?.torrents;
  const seen = new Set<string>();
  return line.torrents.flatMap((row): SampleRow[] => {
    const part = parts && lookup(parts, row.torrent);
    if (!part) return [];
    // What this very line said before is not in the swarm yet.
    const isAgain = seen.has(row.torrent);
    seen.add(row.torrent);
    const peers = isAgain ? row.peers : changesOf(part, row.peers);
    const same =
      !isAgain &&
      part.downloaded.raw === row.downloaded &&
      part.uploaded.raw === row.uploaded &&
      part.wasted.raw === row.wasted &&
      part.connected === row.connected;
    if (same && peers.length === 0) return [];
    const changed = peers.map(([peer, down, up, flags]) => [name(peer), down, up, flags] as SampleRow[5][number]);
    return [[name(row.torrent), row.downloaded, row.uploaded, row.wasted, row.connected, changed]];
  });
}

function changesOf(part: NodeTorrentModel, rows: readonly ConnectionSample[]): readonly ConnectionSample[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const isAgain = seen.has(row[0]);
    seen.add(row[0]);
    return isAgain || changesConnection(part, row);
  });
}

function changesConnection(part: NodeTorrentModel, [peer, down, up, flags]: ConnectionSample): boolean {
  const known = lookup(part.connections, peer);
  if (!known?.open || known.flags !== flags) return true;
  if (known.unchoked !== /[U?]/.test(flags) || known.optimistic !== flags.includes("O")) return true;
  return known.downloaded.raw !== down || known.uploaded.raw !== up;
}

/** The lines of a batch, in order. */
export function readBatch({ run, after, names, rows }: Batch): JournalLine[] {
  const name = (position: unknown) => names[Number(position)] ?? "";
  let seq = after;
  return rows.map(([step, t, node, ...rest]) => {
    seq += step;
    return { v: 1, run, seq, t, node: name(node), ...toBody(rest, name) } as JournalLine;
  });
}

type Tail<R extends Row> = R extends [...Head, ...infer Rest] ? Rest : never;

function toBody(tail: Tail<Row>, name: (position: unknown) => string): JournalBody {
  const [kind, torrent, second, ...more] = tail;
  if (typeof kind === "object") return kind as JournalBody;
  switch (kind) {
    case "s":
      return {
        type: "sample",
        memory: torrent as number | null,
        load: second as number,
        torrents: (more[0] as unknown as SampleRow[]).map((row) => toTorrentSample(row, name)),
      };
    case "h":
      return { type: "have", torrent: name(torrent), piece: second as number, from: givers(more as number[], name) };
    case "u":
    case "o":
      return { type: "unchoke", torrent: name(torrent), peer: name(second), optimistic: kind === "o" };
    case "c":
      return { type: "choke", torrent: name(torrent), peer: name(second) };
    case "i":
      return { type: "interested", torrent: name(torrent), peer: name(second) };
    default:
      return { type: "not-interested", torrent: name(torrent), peer: name(second) };
  }
}

function toTorrentSample(
  [torrent, downloaded, uploaded, wasted, connected, peers]: SampleRow,
  name: (p: unknown) => string,
) {
  return {
    ...{ torrent: name(torrent), downloaded, uploaded, wasted, connected },
    left: 0,
    peers: peers.map(([peer, down, up, flags]): ConnectionSample => [name(peer), down, up, flags]),
  };
}

function givers(flat: number[], name: (position: unknown) => string): { peer: string; bytes: number }[] {
  const pairs: { peer: string; bytes: number }[] = [];
  for (let i = 0; i < flat.length; i += 2) pairs.push({ peer: name(flat[i]), bytes: flat[i + 1] ?? 0 });
  return pairs;
}
