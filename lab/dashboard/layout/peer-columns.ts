import { printable } from "../../units.ts";
import type { PeerRow, Scene } from "../data/scene.ts";
import type { PeerSort } from "../data/sort-peers.ts";
import { bar } from "../look/chart.ts";
import type { Span } from "../look/line.ts";
import type { Tone } from "../look/tones.ts";
import { idleRate, limit, percent, ratio, roleGlyph, stateTone, timeLeft } from "./format.ts";

const GAP = 1;
/** The cursor's sign and a blank. */
const MARGIN = 2;
const WIDEST_BAR = 40;

/** A column of the table of peers. */
export interface Column {
  readonly title: string;
  readonly width: number;
  /** What the swarm needs, where that is more. */
  readonly needs?: (scene: Scene) => number;
  /** Columns with the smallest number stay when the terminal is narrow. */
  readonly rank: number;
  readonly align?: "right";
  readonly sort?: PeerSort;
  readonly cell: (peer: PeerRow, scene: Scene, width: number) => Span[];
}

const text = (value: (peer: PeerRow, scene: Scene) => string, tone: Tone = "text") => {
  return (peer: PeerRow, scene: Scene): Span[] => [[value(peer, scene), tone]];
};

/** In a torrent client's usual order. */
const columns: readonly Column[] = [
  { title: "NAME", width: 10, needs: longestName, rank: 0, sort: "name", cell: nameCell },
  { title: "CLIENT", width: 18, rank: 12, cell: text((peer) => printable(peer.node.client ?? ""), "quiet") },
  { title: "STATE", width: 11, rank: 4, cell: (peer) => [[peer.state, stateTone(peer.state)]] },
  { title: "PROGRESS", width: 10, rank: 1, cell: barCell },
  { title: "", width: 4, rank: 0, align: "right", sort: "progress", cell: text((peer) => percent(peer.progress)) },
  {
    title: "HAVE",
    width: 9,
    needs: ({ everybody }) => everybody.reduce((most, peer) => Math.max(most, have(peer).length), 0),
    rank: 8,
    align: "right",
    cell: text(have),
  },
  {
    title: "DOWN/s",
    width: 9,
    rank: 2,
    align: "right",
    sort: "down",
    cell: text((peer) => idleRate(peer.down), "down"),
  },
  { title: "UP/s", width: 9, rank: 3, align: "right", sort: "up", cell: text((peer) => idleRate(peer.up), "up") },
  {
    title: "LIMIT DN",
    width: 9,
    rank: 10,
    align: "right",
    cell: text((peer, { glyphs }) => limit(peer.limits.down, glyphs), "quiet"),
  },
  {
    title: "LIMIT UP",
    width: 9,
    rank: 9,
    align: "right",
    cell: text((peer, { glyphs }) => limit(peer.limits.up, glyphs), "quiet"),
  },
  {
    title: "RATIO",
    width: 6,
    rank: 6,
    align: "right",
    sort: "ratio",
    cell: text((peer, { glyphs }) => ratio(peer, glyphs)),
  },
  { title: "PEERS", width: 6, rank: 7, align: "right", sort: "peers", cell: text((peer) => String(peer.peers)) },
  { title: "UNCH", width: 4, rank: 11, align: "right", cell: text((peer) => String(peer.unchoked)) },
  {
    title: "LEFT",
    width: 9,
    rank: 5,
    align: "right",
    sort: "eta",
    cell: text((peer, { glyphs }) => timeLeft(peer, glyphs)),
  },
];

/** Columns by rank as long as they fit, that of the order first; the bar takes what is left over. */
export function fitColumns(width: number, scene: Scene): Column[] {
  const { by } = scene.ui.sort.peers;
  const sized = columns.map((one) => ({
    ...one,
    width: Math.max(one.width, one.needs?.(scene) ?? 0),
    rank: one.sort === by ? 0 : one.rank,
  }));
  const chosen = new Set<Column>();
  let used = MARGIN;
  for (const column of [...sized].sort((a, b) => a.rank - b.rank)) {
    if (used + column.width + GAP > width) continue;
    chosen.add(column);
    used += column.width + GAP;
  }
  const kept = sized.filter((column) => chosen.has(column));
  const spare = Math.max(0, width - used);
  return kept.map((column) =>
    column.cell === barCell ? { ...column, width: Math.min(WIDEST_BAR, column.width + spare) } : column,
  );
}

function have(peer: PeerRow): string {
  return `${peer.have}/${peer.pieceCount}`;
}

/** With its sign. */
function longestName({ everybody }: Scene): number {
  return Math.min(24, everybody.reduce((most, { name }) => Math.max(most, name.length), 0) + 2);
}

function nameCell(peer: PeerRow, { glyphs }: Scene): Span[] {
  const { glyph, tone } = roleGlyph(peer, glyphs);
  return [
    [`${glyph} `, tone],
    [peer.name, "text"],
  ];
}

export function barCell(peer: PeerRow, { glyphs }: Scene, width: number): Span[] {
  const { full, empty } = bar(peer.progress, width, glyphs);
  return [
    [full, roleGlyph(peer, glyphs).tone],
    [empty, "quiet"],
  ];
}
