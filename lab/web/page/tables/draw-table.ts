import { type Pen, roughWidth, rule, type Size, shorten, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import type { Column } from "./table.ts";

const ROW = 24;
const PAD = 16;
const MOST_CHARACTERS = 60;
const MOST_ROWS = 200;

/** How large a table is as a picture. */
export function tableSize<Row>(columns: readonly Column<Row>[], rows: readonly Row[], look: Look): Size {
  const width = widthsOf(columns, rows, look).reduce((sum, one) => sum + one, PAD * 2);
  return { width: Math.ceil(width), height: Math.ceil((Math.min(rows.length, MOST_ROWS) + 2) * ROW * look.scale) };
}

export function drawTable<Row>(pen: Pen, columns: readonly Column<Row>[], rows: readonly Row[], look: Look): void {
  const widths = widthsOf(columns, rows, look);
  const line = ROW * look.scale;
  const texts = [columns.map(({ title }) => title), ...rows.slice(0, MOST_ROWS).map((row) => cellsOf(columns, row))];
  for (const [index, cells] of texts.entries()) {
    let x = PAD;
    for (const [at, text] of cells.entries()) {
      const numeric = columns[at]?.numeric ?? false;
      const width = widths[at] ?? 0;
      const place = { x: numeric ? x + width - PAD : x, y: (index + 1) * line };
      const colour = index === 0 ? look.muted : look.ink;
      const style = { size: 12.5 * look.scale, font: look.font, colour, weight: index === 0 ? 620 : 400 };
      write(pen, text, place, { ...style, align: numeric ? "right" : "left" });
      x += width;
    }
    pen.strokeStyle = look.line;
    pen.lineWidth = 1;
    rule(pen, { x: PAD, y: (index + 1.35) * line }, { x: x - PAD, y: (index + 1.35) * line });
  }
}

function cellsOf<Row>(columns: readonly Column<Row>[], row: Row): string[] {
  return columns.map((column) => shorten(column.text(row), MOST_CHARACTERS));
}

function widthsOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[], look: Look): number[] {
  return columns.map((column) => {
    const texts = [column.title, ...rows.slice(0, MOST_ROWS).map((row) => shorten(column.text(row), MOST_CHARACTERS))];
    return Math.max(...texts.map((text) => roughWidth(text, 12.5 * look.scale))) + PAD * 1.5;
  });
}
