import type { JournalLine, JournalLineOf } from "../../api/journal.ts";
import { type Dictionary, entry, lookup } from "../../swarm/dictionary.ts";
import { apply, emptyModel, type SwarmModel } from "../../swarm/model.ts";
import { type Colours, noteColours } from "./colours.ts";
import { type History, newHistory, pruneHistory, recordHistory } from "./history.ts";
import { type Moment, noteMoment } from "./moments.ts";
import { keepEvent, newEvents, type RecentEvents } from "./recent-events.ts";

/**
 * What the page shows: the swarm, and what a picture needs beyond it, folded from the same journal lines. The web node
 * and every tab fold the same lines with the same code, so a tab that has the lines has the picture.
 */
export interface Picture {
  swarm: SwarmModel;
  /** Who sent a verified piece that somebody has, empty for who is gone; `provenance` holds positions in it. */
  givers: string[];
  /** By info-hash, by node: for each piece 1 + the position of its giver, 0 where it is not known. */
  provenance: Dictionary<Dictionary<Uint8Array>>;
  /** By info-hash, by node that fetches: when each of `MARKS` equal shares was there; seconds since the run began. */
  marks: Dictionary<Dictionary<number[]>>;
  colours: Colours;
  /** Oldest first. */
  moments: Moment[];
  history: History;
  events: RecentEvents;
}

/** Shares of a download whose times are kept. */
export const MARKS = 50;
/** A position in `givers` is a byte, 0 means unknown. */
const MOST_GIVERS = 255;

export function emptyPicture(swarm: SwarmModel = emptyModel()): Picture {
  const colours: Colours = {};
  noteColours(colours, swarm);
  const [history, events] = [newHistory(), newEvents()];
  return { swarm, givers: [], provenance: {}, marks: {}, colours, moments: [], history, events };
}

/** Takes one line into the picture, in place. Lines come in order. */
export function takeLine(picture: Picture, line: JournalLine): void {
  recordHistory(picture.history, picture.swarm, line.t);
  if (line.type === "run") partFromNamesakes(picture, line);
  apply(picture.swarm, line);
  keepEvent(picture.events, line, picture.swarm);
  noteMoment(picture.moments, line, picture.swarm);
  if (line.type === "have") noteGiver(picture, line.torrent, line.node, line.piece, line.from);
  if (line.type === "have" || line.type === "torrent") noteMarks(picture, line.torrent, line.node, line.t);
  if (line.type === "run" || line.type === "torrent-retired") prune(picture);
  if (line.type === "run" || line.type === "node") noteColours(picture.colours, picture.swarm);
}

/** What a peer gave that is gone is not the gift of a new one with its name. */
function partFromNamesakes({ givers, swarm }: Picture, { nodes }: JournalLineOf<"run">): void {
  const isNew = new Set(nodes.filter(({ node }) => !lookup(swarm.nodes, node)).map(({ node }) => node));
  for (const [index, name] of givers.entries()) if (isNew.has(name)) givers[index] = "";
}

function noteGiver(
  picture: Picture,
  infoHash: string,
  node: string,
  piece: number,
  from: readonly { peer: string; bytes: number }[],
): void {
  const torrent = lookup(picture.swarm.torrents, infoHash);
  const { pieceCount = 0 } = torrent?.info ?? {};
  if (piece >= pieceCount || !lookup(picture.swarm.nodes, node)) return;
  const most = from.reduce<(typeof from)[number] | undefined>((best, one) => {
    return best && best.bytes >= one.bytes ? best : one;
  }, undefined);
  const nodes = entry<Dictionary<Uint8Array>>(picture.provenance, infoHash, () => ({}));
  entry(nodes, node, () => new Uint8Array(pieceCount))[piece] = most ? giverCode(picture, most.peer) : 0;
}

function giverCode(picture: Picture, name: string): number {
  const known = picture.givers.indexOf(name);
  if (known >= 0) return known + 1;
  if (picture.givers.length < MOST_GIVERS) return picture.givers.push(name);
  const free = unusedCode(picture);
  if (free === undefined) return 0;
  picture.givers[free - 1] = name;
  return free;
}

/** Of a giver that is gone, and of whom nobody has a piece any more. */
function unusedCode({ givers, provenance, swarm }: Picture): number | undefined {
  const gone = givers.flatMap((name, index) => (lookup(swarm.nodes, name) ? [] : [index + 1]));
  if (gone.length === 0) return undefined;
  const used = new Set<number>();
  for (const nodes of Object.values(provenance))
    for (const codes of Object.values(nodes)) for (const code of codes) used.add(code);
  return gone.find((code) => !used.has(code));
}

function noteMarks(picture: Picture, infoHash: string, node: string, t: number): void {
  const { pieceCount = 0 } = lookup(picture.swarm.torrents, infoHash)?.info ?? {};
  const part = lookup(lookup(picture.swarm.nodes, node)?.torrents ?? {}, infoHash);
  if (!part || part.duty === "seed" || pieceCount === 0) return;
  const nodes = entry<Dictionary<number[]>>(picture.marks, infoHash, () => ({}));
  const times = entry<number[]>(nodes, node, () => []);
  const reached = Math.floor((part.have / pieceCount) * MARKS);
  if (times.length > reached) times.length = reached;
  while (times.length < reached) times.push(t);
}

/** Forgets what the swarm forgot. */
function prune({ swarm, provenance, marks, history }: Picture): void {
  for (const byTorrent of [provenance, marks] as Dictionary<Dictionary<unknown>>[])
    for (const [infoHash, byNode] of Object.entries(byTorrent)) {
      if (!lookup(swarm.torrents, infoHash)) delete byTorrent[infoHash];
      for (const node of Object.keys(byNode)) if (!lookup(swarm.nodes, node)) delete byNode[node];
    }
  pruneHistory(history, swarm);
}
