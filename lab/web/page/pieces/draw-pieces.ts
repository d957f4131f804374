import { behaviourOf, behaviourSigns } from "../../../swarm/behaviour.ts";
import { printable } from "../../../units.ts";
import { fitName, type Pen, rule, type Size, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour } from "../look/peer-colours.ts";
import type { GridRow, PieceGrid } from "./grid.ts";
import { layoutOf, type PieceLayout } from "./layout.ts";

export interface PieceStyle {
  readonly peer: string | null;
  readonly piece: number | null;
}

/** Who has which piece, in the colour of the peer it came from, and above it how many have each. */
export function drawPieces(pen: Pen, grid: PieceGrid, size: Size, look: Look, style: PieceStyle): void {
  const layout = layoutOf(grid, size, look.scale);
  drawBars(pen, grid, layout, look);
  for (const [index, row] of grid.rows.entries()) drawRow(pen, row, index, layout, look, row.node.name === style.peer);
  if (style.piece !== null) drawFollowed(pen, grid, layout, look, style.piece);
}

function drawBars(pen: Pen, { columns, rows, rarest }: PieceGrid, layout: PieceLayout, look: Look): void {
  const { left, bars, cell } = layout;
  const bottom = bars.top + bars.height;
  const most = Math.max(rows.length, 1);
  for (const [index, { holders }] of columns.entries()) {
    const height = Math.max((holders / most) * bars.height, holders === 0 ? 0 : 1.5);
    pen.fillStyle = holders === rarest ? look.warning : fade(look.muted, 0.55);
    const gap = cell.width > 5 ? 1 : 0;
    pen.fillRect(left + index * cell.width, bottom - height, cell.width - gap, height);
    if (holders === 0) pen.fillRect(left + index * cell.width, bottom - 3, cell.width - gap, 3);
  }
  pen.strokeStyle = look.line;
  pen.lineWidth = 1;
  rule(pen, { x: left, y: bottom + 0.5 }, { x: left + columns.length * cell.width, y: bottom + 0.5 });
  const small = { size: 11.5 * look.scale, font: look.font, colour: look.muted };
  write(pen, "holders", { x: left - 10, y: bottom }, { ...small, align: "right" });
  write(pen, `${most}`, { x: left - 10, y: bars.top + 9 }, { ...small, align: "right" });
  write(
    pen,
    `rarest: ${rarest} ${rarest === 1 ? "holder" : "holders"}`,
    { x: left, y: bars.top - 9 * look.scale },
    {
      ...small,
      colour: look.warning,
      weight: 620,
    },
  );
  const last = columns.at(-1)?.end ?? 0;
  write(pen, "0", { x: left, y: bottom + 15 * look.scale }, small);
  const end = { x: left + columns.length * cell.width, y: bottom + 15 * look.scale };
  write(pen, `piece ${Math.max(0, last - 1)}`, end, { ...small, align: "right" });
}

function drawRow(pen: Pen, row: GridRow, index: number, layout: PieceLayout, look: Look, chosen: boolean): void {
  const { left, top, cell } = layout;
  const y = top + index * cell.height;
  const height = Math.max(1, cell.height - (cell.height > 6 ? 3 : 1));
  pen.fillStyle = fade(look.faint, 0.16);
  pen.fillRect(left, y, row.filled.length * cell.width, height);
  for (const run of runsOf(row)) {
    pen.fillStyle = fade(
      run.giver < 0 ? look.faint : peerColour(run.giver, look.theme),
      row.live ? run.filled : run.filled * 0.35,
    );
    const gap = cell.width > 5 ? 1 : 0;
    if (gap === 0) pen.fillRect(left + run.from * cell.width, y, (run.to - run.from) * cell.width, height);
    else
      for (let at = run.from; at < run.to; at += 1) pen.fillRect(left + at * cell.width, y, cell.width - gap, height);
  }
  if (cell.height >= 7) drawName(pen, row, y + height / 2, layout, look, chosen);
}

function drawName(
  pen: Pen,
  { node, hue, whole }: GridRow,
  y: number,
  layout: PieceLayout,
  look: Look,
  chosen: boolean,
) {
  const size = Math.min(12.5 * look.scale, layout.cell.height * 0.9);
  const most = Math.max(4, Math.floor((layout.left - 34) / (size * 0.58)));
  const name = `${behaviourSigns[behaviourOf(node.settings)] || (whole ? "◆" : "●")} ${fitName(printable(node.name), most)}`;
  const style = {
    font: look.font,
    colour: look.ink,
    weight: chosen ? 750 : 480,
    align: "right",
    baseline: "middle",
  } as const;
  write(pen, name, { x: layout.left - 14, y }, { ...style, size });
  pen.fillStyle = peerColour(hue, look.theme);
  pen.fillRect(layout.left - 8, y - size / 2, 3 * look.scale, size);
}

interface Run {
  from: number;
  to: number;
  readonly giver: number;
  readonly filled: number;
}

/** Neighbours that look alike, as one: a peer that has everything is one rectangle, not a thousand. */
function runsOf({ filled, givers }: GridRow): Run[] {
  const runs: Run[] = [];
  for (const [column, share] of filled.entries()) {
    if (share === 0) continue;
    const giver = givers[column] ?? -1;
    const open = runs.at(-1);
    if (open && open.to === column && open.giver === giver && open.filled === share) open.to = column + 1;
    else runs.push({ from: column, to: column + 1, giver, filled: share });
  }
  return runs;
}

function drawFollowed(pen: Pen, { columns, rows }: PieceGrid, layout: PieceLayout, look: Look, piece: number): void {
  const index = columns.findIndex(({ first, end }) => piece >= first && piece < end);
  if (index < 0) return;
  const { left, top, cell, bars } = layout;
  const width = Math.max(cell.width, 3);
  pen.strokeStyle = look.ink;
  pen.lineWidth = 1.5 * look.scale;
  pen.beginPath();
  pen.rect(left + index * cell.width - 1, bars.top - 2, width + 1, top - bars.top + rows.length * cell.height + 2);
  pen.stroke();
}
