import { printable } from "../../units.ts";
import type { PeerRow, Scene } from "../data/scene.ts";
import { fitLine, type Line, pad, type Span, select } from "../look/line.ts";
import { type Box, type Drawn, quiet, topOf } from "./box.ts";
import { barCell, type Column, fitColumns } from "./peer-columns.ts";

/** One row a peer; only the visible ones are made. */
export function peersView(scene: Scene, box: Box): Drawn {
  const shown = fitColumns(box.columns, scene);
  const page = Math.max(1, box.rows - 1);
  if (scene.peers.length === 0) return { lines: [quiet(emptyText(scene))], page, scroll: 0 };
  const top = topOf(scene.chosen ? scene.peers.indexOf(scene.chosen) : 0, scene.peers.length, page);
  const visible = scene.peers.slice(top, top + page);
  const rows = visible.map((peer) => peerLine(peer, scene, shown, box.columns));
  return { lines: [heading(scene, shown, top, visible.length), ...rows], page, scroll: 0 };
}

export function emptyText(scene: Scene): string {
  if (scene.ui.filter !== "") return `  No peer matches "${printable(scene.ui.filter)}". Esc shows all of them.`;
  return "  No peer yet.";
}

function heading(scene: Scene, shown: readonly Column[], top: number, visible: number): Line {
  const { by, reversed } = scene.ui.sort.peers;
  const spans: Span[] = [["  ", "quiet"]];
  const hidden = scene.peers.length > visible;
  for (const column of shown) {
    const sorted = column.sort === by;
    const sign = reversed ? scene.glyphs.up : scene.glyphs.down;
    const name = hidden && column.cell === barCell ? `${top + 1}–${top + visible}/${scene.peers.length}` : column.title;
    const title = sorted && by === "progress" ? sign : `${name}${sorted ? sign : ""}`;
    spans.push([pad(title, column.width, column.align), sorted ? "title" : "quiet"], [" ", "quiet"]);
  }
  return spans;
}

function peerLine(peer: PeerRow, scene: Scene, shown: readonly Column[], width: number): Line {
  const chosen = peer === scene.chosen;
  const spans: Span[] = [[chosen ? `${scene.glyphs.selected} ` : "  ", "title"]];
  for (const [i, column] of shown.entries()) {
    const cell = fitCell(column.cell(peer, scene, column.width), column);
    spans.push(...(chosen && i === 0 ? select(cell) : cell), [" ", "text"]);
  }
  return fitLine(spans, width);
}

function fitCell(spans: Span[], column: Column): Line {
  const [only, ...more] = spans;
  if (!only) return [[" ".repeat(column.width), "text"]];
  if (more.length > 0) return fitLine(spans, column.width);
  return [[pad(only[0], column.width, column.align), only[1]]];
}
