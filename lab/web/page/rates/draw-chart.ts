import { formatDuration } from "../../../units.ts";
import { type Pen, roughWidth, rule, type Size, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade } from "../look/peer-colours.ts";
import { type Chart, drawnValues, legendOf, placeLabels, type Series, spanOf, topOf } from "./chart.ts";
import { formatValue, niceStep } from "./format-value.ts";

/** Room for the values of the scale. */
const LEFT = 84;

/** Where the plot is inside the picture. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly toX: (time: number) => number;
  readonly toY: (value: number) => number;
}

/** A chart as a picture to save; on the screen uPlot draws it. */
export function drawChart(pen: Pen, chart: Chart, size: Size, offset: number, look: Look): void {
  const left = LEFT * look.scale;
  const title = { size: 14 * look.scale, weight: 650, font: look.font, colour: look.ink };
  write(pen, chart.title, { x: left, y: offset + 22 * look.scale }, title);
  const head = drawLegend(pen, legendOf(chart), { left, right: size.width, top: offset + 40 * look.scale }, look);
  const box = boxOf(chart, size, offset, head, look);
  drawAxes(pen, chart, box, look);
  const drawn = drawnValues(chart);
  const order = chart.stacked ? [...drawn.keys()].reverse() : [...drawn.keys()];
  for (const index of order) {
    const series = chart.series[index];
    if (series) drawSeries(pen, series, chart.times, drawn[index] ?? [], box, chart.stacked === true, look);
  }
  drawLevels(pen, chart, box, look);
}

/** Names and colours of the series in lines. @returns where the plot can begin. */
function drawLegend(
  pen: Pen,
  series: readonly Series[],
  { left, right, top }: { left: number; right: number; top: number },
  look: Look,
): number {
  const size = 11.5 * look.scale;
  let [x, y] = [left, top];
  for (const { label, colour, dashed } of series) {
    const width = roughWidth(label, size) + 34 * look.scale;
    if (x + width > right && x > left) [x, y] = [left, y + 16 * look.scale];
    const swatch = { x, y: y - size * 0.35 };
    pen.strokeStyle = colour;
    pen.lineWidth = (dashed ? 2 : 8) * look.scale;
    pen.setLineDash(dashed ? [5, 3] : []);
    rule(pen, swatch, { ...swatch, x: x + 14 * look.scale });
    pen.setLineDash([]);
    write(pen, label, { x: x + 20 * look.scale, y }, { size, font: look.font, colour: look.muted });
    x += width;
  }
  return series.length === 0 ? top - 4 * look.scale : y + 12 * look.scale;
}

function boxOf(chart: Chart, { width, height }: Size, offset: number, top: number, look: Look): Box {
  const left = LEFT * look.scale;
  const inner = { width: width - left - 16 * look.scale, height: offset + height - top - 28 * look.scale };
  const [first, last] = spanOf(chart);
  const most = topOf(chart);
  return {
    ...{ left, top, width: inner.width, height: inner.height },
    toX: (time) => left + ((time - first) / Math.max(last - first, 1e-9)) * inner.width,
    toY: (value) => top + inner.height - (value / most) * inner.height,
  };
}

function drawAxes(pen: Pen, chart: Chart, box: Box, look: Look): void {
  const type = { size: 11.5 * look.scale, font: look.font, colour: look.muted } as const;
  const most = topOf(chart);
  const step = niceStep(most, 4, chart.unit);
  pen.lineWidth = 1;
  for (let value = 0; value <= most; value += step) {
    const y = box.toY(value);
    pen.strokeStyle = look.line;
    rule(pen, { x: box.left, y }, { x: box.left + box.width, y });
    write(pen, formatValue(value, chart.unit), { x: box.left - 8, y }, { ...type, align: "right", baseline: "middle" });
  }
  const bottom = box.top + box.height + 18 * look.scale;
  const [first, last] = spanOf(chart);
  write(pen, formatDuration(first), { x: box.left, y: bottom }, type);
  write(pen, formatDuration(last), { x: box.toX(last), y: bottom }, { ...type, align: "right" });
}

function drawSeries(
  pen: Pen,
  { colour, dashed }: Series,
  times: readonly number[],
  values: readonly (number | null)[],
  box: Box,
  filled: boolean,
  look: Look,
): void {
  const points = times.flatMap((time, index) => {
    const value = values[index];
    return value === null || value === undefined ? [] : [{ x: box.toX(time), y: box.toY(value) }];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return;
  pen.beginPath();
  pen.moveTo(first.x, first.y);
  for (const { x, y } of points) pen.lineTo(x, y);
  pen.strokeStyle = colour;
  pen.lineWidth = (filled ? 1 : 2) * look.scale;
  pen.setLineDash(dashed ? [6, 5] : []);
  pen.stroke();
  pen.setLineDash([]);
  if (!filled || dashed) return;
  pen.lineTo(last.x, box.top + box.height);
  pen.lineTo(first.x, box.top + box.height);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
}

function drawLevels(pen: Pen, { level, moments = [] }: Chart, box: Box, look: Look): void {
  const type = { size: 11.5 * look.scale, font: look.font, colour: look.warning, weight: 560 } as const;
  pen.strokeStyle = fade(look.warning, 0.9);
  pen.lineWidth = 1.5 * look.scale;
  pen.setLineDash([6, 4]);
  if (level) {
    const y = box.toY(level.value);
    rule(pen, { x: box.left, y }, { x: box.left + box.width, y });
  }
  const end = box.left + box.width;
  if (level)
    write(pen, level.label, { x: end, y: box.toY(level.value) + 14 * look.scale }, { ...type, align: "right" });
  const places = placeLabels(moments, box.toX, end, (text) => roughWidth(text, type.size));
  for (const { moment, x, align, shown } of places) {
    pen.strokeStyle = fade(moment.colour, 0.9);
    // A line without a label leaves those of the others alone.
    rule(pen, { x, y: box.top + (shown ? 0 : 18 * look.scale) }, { x, y: box.top + box.height });
    const at = { x: x + (align === "right" ? -6 : 6), y: box.top + 12 * look.scale };
    if (shown) write(pen, moment.label, at, { ...type, colour: moment.colour, align });
  }
  pen.setLineDash([]);
}
