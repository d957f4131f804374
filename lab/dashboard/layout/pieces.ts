import type { NodeTorrentModel, TorrentModel } from "../../swarm/model.ts";
import { pieceList } from "../../swarm/stalled.ts";
import { printable } from "../../units.ts";
import { copiesOf, type PeerRow, type Scene } from "../data/scene.ts";
import { fitLine, type Line, pad, type Span, select } from "../look/line.ts";
import { type Box, type Drawn, quiet, topOf } from "./box.ts";
import { type Cells, cellsFor, leastHolders, pieceCells, scale } from "./cells.ts";
import { percent, plural, roleGlyph, stateTone } from "./format.ts";
import { freshPieces } from "./fresh.ts";
import { emptyText } from "./peers.ts";

/** One torrent's share of the width. */
interface Panel extends Rarity {
  readonly torrent: TorrentModel;
  readonly cells: Cells;
  readonly width: number;
}

interface Rarity {
  /** Of each piece. */
  readonly holders: readonly number[];
  readonly copies: number;
  /** Holders of the rarest pieces, and whether all pieces have as many. */
  readonly least: number;
  readonly even: boolean;
}

/** Below this a panel says nothing. */
const NARROWEST = 12;
const BETWEEN = 2;

/** The peer × piece matrix, and below it how many hold each piece, the rarest marked. */
export function piecesView(scene: Scene, box: Box): Drawn {
  const names = Math.min(26, Math.max(12, ...scene.everybody.map((peer) => nameOf(peer).length + 5)));
  const panels = makePanels(scene, box.columns - names - 5);
  const foot = panels.length === 0 ? [] : footLines(scene, panels, names);
  const page = Math.max(1, box.rows - 1 - foot.length);
  if (scene.peers.length === 0) return { lines: [quiet(emptyText(scene))], page, scroll: 0 };
  const top = topOf(scene.chosen ? scene.peers.indexOf(scene.chosen) : 0, scene.peers.length, page);
  const visible = scene.peers.slice(top, top + page);
  const rows = visible.map((peer) => peerLine(scene, peer, panels, names, box.columns));
  const lines = [heading(scene, panels, names, top, visible.length), ...rows, ...foot];
  return { lines: lines.slice(0, box.rows), page, scroll: 0 };
}

/** Widths by piece count; torrents that find no room are left out and counted in the heading. */
function makePanels(scene: Scene, room: number): Panel[] {
  const most = Math.max(1, Math.floor((room + BETWEEN) / (NARROWEST + BETWEEN)));
  const torrents = scene.torrents.filter(({ info }) => info.pieceCount > 0).slice(0, most);
  const total = torrents.reduce((sum, { info }) => sum + info.pieceCount, 0);
  const free = room - BETWEEN * (torrents.length - 1) - NARROWEST * torrents.length;
  return torrents.map((torrent) => {
    const width = NARROWEST + Math.max(0, Math.floor((free * torrent.info.pieceCount) / total));
    return { torrent, cells: cellsFor(torrent.info.pieceCount, width), width, ...rarityOf(scene, torrent) };
  });
}

function heading(scene: Scene, panels: readonly Panel[], names: number, top: number, visible: number): Line {
  const rows = visible < scene.peers.length ? `${top + 1}–${top + visible} of ${scene.peers.length}` : "piece";
  const spans: Span[] = [[`  ${pad(rows, names - 2)}     `, "quiet"]];
  for (const { torrent, cells, width } of panels) {
    const text = panels.length > 1 ? printable(torrent.info.name) : scale(cells);
    spans.push([pad(text, width), panels.length > 1 ? "title" : "quiet"], [" ".repeat(BETWEEN), "quiet"]);
  }
  if (panels.length < scene.torrents.length) spans.push([`+${scene.torrents.length - panels.length}`, "quiet"]);
  return spans;
}

function peerLine(scene: Scene, peer: PeerRow, panels: readonly Panel[], names: number, width: number): Line {
  const { glyphs } = scene;
  const chosen = peer === scene.chosen;
  const { glyph, tone } = roleGlyph(peer, glyphs);
  const name: Line = [
    [chosen ? `${glyphs.selected} ` : "  ", "title"],
    [`${glyph} `, tone],
    [pad(nameOf(peer), names - 4), peer.node.state === "running" ? "text" : stateTone(peer.state)],
    [`${percent(peer.progress).padStart(4)} `, "text"],
  ];
  const spans: Span[] = [...(chosen ? select(name) : name)];
  for (const { torrent, cells, width: panel } of panels) {
    const part = peer.parts.find((one) => one.torrent === torrent)?.part;
    const fresh = freshPieces(scene, torrent.info.infoHash, peer.name);
    const drawn = part ? pieceCells(cells, part.pieces, fresh, isAway(peer, part) ? "quiet" : tone, glyphs) : [];
    spans.push(...fitLine(drawn, panel), [" ".repeat(BETWEEN), "text"]);
  }
  return fitLine(spans, width);
}

/** With its state while it does not run, for then nobody can have its pieces. */
function nameOf({ name, node }: PeerRow): string {
  return node.state === "running" ? name : `${name} ${node.state}`;
}

function isAway({ node }: PeerRow, part: NodeTorrentModel): boolean {
  return node.state !== "running" || part.state === "retired";
}

function footLines(scene: Scene, panels: readonly Panel[], names: number): Line[] {
  const { glyphs } = scene;
  const label = (text: string): Span => [`    ${pad(text, names - 4)}     `, "title"];
  const counts: Span[] = [label("copies")];
  const marks: Span[] = [label("rarest")];
  for (const { cells, holders, width, least, even } of panels) {
    const inCells = leastHolders(cells, holders);
    const rare = (count: number) => count === least && !even;
    counts.push(
      ...fitLine(
        inCells.map((count): Span => [digit(count), rare(count) ? "rare" : "text"]),
        width,
      ),
    );
    marks.push(
      ...fitLine(
        inCells.map((count): Span => [rare(count) ? glyphs.rarest : " ", "rare"]),
        width,
      ),
    );
    for (const line of [counts, marks]) line.push([" ".repeat(BETWEEN), "text"]);
  }
  return [counts, marks, ...panels.slice(0, 3).map((panel) => summary(scene, panel, panels.length > 1))];
}

/** Holders as one sign: `+` above nine. */
function digit(count: number): string {
  return count > 9 ? "+" : String(count);
}

function summary(scene: Scene, panel: Panel, named: boolean): Line {
  const { torrent, copies, cells, least } = panel;
  const perCell = torrent.info.pieceCount / Math.max(1, cells.count);
  const size = perCell > 1 ? `, up to ${Math.ceil(perCell)} a cell` : "";
  const name = named ? `${printable(torrent.info.name)}: ` : "";
  return [
    [`    ${name}${copies.toFixed(2)} distributed copies`, "title"],
    [` ${scene.glyphs.dot} ${rarestText(panel)}${size}`, least === 0 ? "bad" : "text"],
  ];
}

export function rarityOf(scene: Scene, torrent: TorrentModel): Rarity {
  const { holders, copies } = copiesOf(scene, torrent);
  const least = holders.reduce((all, count) => Math.min(all, count), Number.POSITIVE_INFINITY);
  return { holders, copies, least, even: holders.every((count) => count === least) };
}

/** `rarest on 1 peer: pieces 3, 7–9`. */
export function rarestText({ holders, least, even }: Rarity): string {
  const who = least === 0 ? "nobody" : plural(least, "peer");
  if (even) return `every piece on ${who}`;
  return `rarest on ${who}: ${pieceList(holders.flatMap((count, piece) => (count === least ? [piece] : [])))}`;
}
