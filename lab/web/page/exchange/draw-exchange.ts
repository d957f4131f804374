import { formatBytes, printable } from "../../../units.ts";
import { fitName, type Pen, type Size, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, mix, peerColour, textOn } from "../look/peer-colours.ts";
import type { Exchange } from "./matrix.ts";

export interface MatrixLayout {
  readonly left: number;
  readonly top: number;
  readonly cell: Size;
}

/** The matrix is as square as the room allows; large swarms get small cells without numbers. */
export function matrixLayout({ peers }: Exchange, size: Size, scale: number): MatrixLayout {
  const count = peers.length + 1;
  const left = Math.min(118 * scale, size.width * 0.25);
  const top = 64 * scale;
  const width = Math.min((size.width - left - 8) / count, 150 * scale);
  const height = Math.min((size.height - top - 8) / count, 60 * scale);
  return { left, top, cell: { width: Math.max(1, width), height: Math.max(1, height) } };
}

/** Rows give, columns take; the last of each is the sum. */
export function drawMatrix(pen: Pen, exchange: Exchange, size: Size, look: Look, chosen: string | null): void {
  const layout = matrixLayout(exchange, size, look.scale);
  drawHeads(pen, exchange, layout, look, chosen);
  const { peers, bytes, given, taken, most } = exchange;
  const mostSum = Math.max(1, ...given, ...taken);
  for (const [row, giver] of peers.entries()) {
    const colour = peerColour(giver.hue, look.theme);
    for (const [column, value] of (bytes[row] ?? []).entries()) {
      if (row === column) drawSelf(pen, layout, row, look);
      else drawCell(pen, layout, { row, column, value, share: value / Math.max(most, 1), colour }, look);
    }
    const sum = given[row] ?? 0;
    drawCell(
      pen,
      layout,
      { row, column: peers.length, value: sum, share: (sum / mostSum) * 0.5, colour: look.muted },
      look,
    );
  }
  for (const [column, sum] of taken.entries())
    drawCell(
      pen,
      layout,
      { row: peers.length, column, value: sum, share: (sum / mostSum) * 0.5, colour: look.muted },
      look,
    );
}

interface Cell {
  readonly row: number;
  readonly column: number;
  readonly value: number;
  readonly share: number;
  readonly colour: string;
}

function drawCell(
  pen: Pen,
  { left, top, cell }: MatrixLayout,
  { row, column, value, share, colour }: Cell,
  look: Look,
): void {
  const gap = cell.width > 12 ? 2 : 1;
  const [x, y] = [left + column * cell.width, top + row * cell.height];
  const ground = value === 0 ? fade(look.faint, 0.1) : mix(look.surface, colour, 0.16 + 0.84 * Math.sqrt(share));
  pen.fillStyle = ground;
  pen.fillRect(x, y, cell.width - gap, cell.height - gap);
  if (value === 0 || cell.width < 44 || cell.height < 16) return;
  const at = { x: x + (cell.width - gap) / 2, y: y + (cell.height - gap) / 2 };
  const size = Math.min(12 * look.scale, cell.width / 6.2);
  const style = { size, font: look.font, align: "center", baseline: "middle", weight: 520 } as const;
  write(pen, formatBytes(value), at, { ...style, colour: textOn(ground) });
}

function drawSelf(pen: Pen, { left, top, cell }: MatrixLayout, index: number, look: Look): void {
  const [x, y] = [left + index * cell.width, top + index * cell.height];
  pen.strokeStyle = look.line;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x + 2, y + 2);
  pen.lineTo(x + cell.width - 4, y + cell.height - 4);
  pen.stroke();
}

function drawHeads(pen: Pen, { peers }: Exchange, layout: MatrixLayout, look: Look, chosen: string | null): void {
  const { left, top, cell } = layout;
  const size = Math.min(12.5 * look.scale, cell.height * 0.95);
  const rowMost = Math.max(4, Math.floor((left - 22) / (size * 0.58)));
  const columnSize = Math.min(12 * look.scale, cell.width * 0.62);
  const columnMost = Math.max(2, Math.floor(cell.width / (columnSize * 0.6)));
  const names = [...peers.map(({ node, hue }) => ({ name: printable(node.name), hue })), { name: "sum", hue: -1 }];
  for (const [index, { name, hue }] of names.entries()) {
    const colour = hue < 0 ? look.muted : look.ink;
    const weight = name === chosen ? 750 : 480;
    const style = { font: look.font, colour, weight, baseline: "middle" } as const;
    const y = top + index * cell.height + cell.height / 2;
    if (size >= 6) write(pen, fitName(name, rowMost), { x: left - 12, y }, { ...style, size, align: "right" });
    const x = left + index * cell.width + cell.width / 2;
    if (columnSize >= 5)
      write(
        pen,
        fitName(name, columnMost),
        { x, y: top - 16 * look.scale },
        { ...style, size: columnSize, align: "center" },
      );
    if (hue < 0) continue;
    pen.fillStyle = peerColour(hue, look.theme);
    pen.fillRect(left - 7, y - size / 2, 3 * look.scale, size);
    pen.fillRect(x - columnSize / 2, top - 7 * look.scale, columnSize, 3 * look.scale);
  }
  const small = { size: 11.5 * look.scale, font: look.font, colour: look.muted };
  write(pen, "gave ↓   took →", { x: 2, y: top - 34 * look.scale }, small);
}
