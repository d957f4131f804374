import { formatDuration } from "../../../units.ts";
import { type Pen, roughWidth, rule, type Size, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade } from "../look/peer-colours.ts";
import { type Chart, drawnValues, type Series, topOf } from "./chart.ts";
import { formatValue, niceStep } from "./format-value.ts";

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
  const box = boxOf(chart, size, offset, look);
  const title = { size: 14 * look.scale, weight: 650, font: look.font, colour: look.ink };
  write(pen, chart.title, { x: box.left, y: offset + 22 * look.scale }, title);
  drawAxes(pen, chart, box, look);
  const drawn = drawnValues(chart);
  const order = chart.stacked ? [...drawn.keys()].reverse() : [...drawn.keys()];
  for (const index of order) {
    const series = chart.series[index];
    if (series) drawSeries(pen, series, chart.times, drawn[index] ?? [], box, chart.stacked === true, look);
  }
  drawLevels(pen, chart, box, look);
}

function boxOf(chart: Chart, { width, height }: Size, offset: number, look: Look): Box {
  const left = 84 * look.scale;
  const top = offset + 36 * look.scale;
  const inner = { width: width - left - 16 * look.scale, height: height - 64 * look.scale };
  const [first, last] = [chart.times[0] ?? 0, Math.max(chart.times.at(-1) ?? 1, chart.moment?.time ?? 0)];
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
  const [first, last] = [chart.times[0] ?? 0, chart.times.at(-1) ?? 0];
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

function drawLevels(pen: Pen, { level, moment }: Chart, box: Box, look: Look): void {
  const type = { size: 11.5 * look.scale, font: look.font, colour: look.warning, weight: 560 } as const;
  pen.strokeStyle = fade(look.warning, 0.9);
  pen.lineWidth = 1.5 * look.scale;
  pen.setLineDash([6, 4]);
  if (level) {
    const y = box.toY(level.value);
    rule(pen, { x: box.left, y }, { x: box.left + box.width, y });
  }
  if (moment) rule(pen, { x: box.toX(moment.time), y: box.top }, { x: box.toX(moment.time), y: box.top + box.height });
  pen.setLineDash([]);
  const end = box.left + box.width;
  if (level)
    write(pen, level.label, { x: end, y: box.toY(level.value) + 14 * look.scale }, { ...type, align: "right" });
  if (!moment) return;
  const x = box.toX(moment.time);
  const right = x + roughWidth(moment.label, type.size) + 8 > end;
  write(
    pen,
    moment.label,
    { x: x + (right ? -6 : 6), y: box.top + 12 * look.scale },
    { ...type, align: right ? "right" : "left" },
  );
}
