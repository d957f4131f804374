import type uPlot from "uplot";
import { formatDuration } from "../../../units.ts";
import type { Size } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade } from "../look/peer-colours.ts";
import { type Chart, drawnValues, placeLabels, spanOf, topOf } from "./chart.ts";
import { formatValue, niceStep } from "./format-value.ts";

/** Data as uPlot takes it; of stacked series the tallest comes first, so that the others are drawn onto it. */
export function dataOf(chart: Chart): uPlot.AlignedData {
  const drawn = drawnValues(chart);
  return [[...chart.times], ...(chart.stacked ? drawn.reverse() : drawn)] as uPlot.AlignedData;
}

/** @param chart asked again at each drawing, for the scales follow the data. */
export function optionsOf(chart: () => Chart, { width, height }: Size, look: Look): uPlot.Options {
  const { series, stacked, unit } = chart();
  const shown = stacked ? [...series].reverse() : series;
  const axis = {
    font: `${12 * look.scale}px ${look.font}`,
    stroke: look.muted,
    grid: { stroke: look.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    padding: [8 * look.scale, 14 * look.scale, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: () => spanOf(chart()) },
      y: { range: () => [0, topOf(chart())] },
    },
    axes: [
      { ...axis, size: 26 * look.scale, values: (_, ticks) => ticks.map((tick) => formatDuration(tick)) },
      {
        ...axis,
        size: 88 * look.scale,
        splits: () => stepsOf(chart(), height / (46 * look.scale)),
        values: (_, ticks) => ticks.map((tick) => formatValue(tick, unit)),
      },
    ],
    series: [
      {},
      ...shown.map(({ label, colour, dashed }) => ({
        label,
        stroke: colour,
        width: (stacked && !dashed ? 1 : 2) * look.scale,
        points: { show: false },
        ...(dashed ? { dash: [6, 5] } : {}),
        ...(stacked && !dashed ? { fill: colour } : {}),
      })),
    ],
    hooks: { draw: [(plot: uPlot) => drawLevels(plot, chart(), look)] },
  };
}

function stepsOf(chart: Chart, ticks: number): number[] {
  const top = topOf(chart);
  const step = niceStep(top, Math.max(2, Math.min(5, ticks)), chart.unit);
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, index) => index * step);
}

function drawLevels(plot: uPlot, { level, moments = [] }: Chart, look: Look): void {
  const { ctx, bbox } = plot;
  const ratio = window.devicePixelRatio || 1;
  ctx.save();
  ctx.strokeStyle = fade(look.warning, 0.9);
  ctx.fillStyle = look.warning;
  ctx.font = `560 ${12 * look.scale * ratio}px ${look.font}`;
  ctx.lineWidth = 1.5 * look.scale * ratio;
  ctx.setLineDash([6 * ratio, 4 * ratio]);
  if (level) drawLevel(plot, level);
  const toX = (time: number) => plot.valToPos(time, "x", true);
  const places = placeLabels(moments, toX, bbox.left + bbox.width, (text) => ctx.measureText(text).width);
  for (const { moment, x, align, shown } of places) {
    ctx.strokeStyle = fade(moment.colour, 0.9);
    ctx.fillStyle = moment.colour;
    // A line without a label leaves those of the others alone.
    line(ctx, x, bbox.top + (shown ? 0 : 20 * look.scale * ratio), x, bbox.top + bbox.height);
    ctx.textAlign = align;
    if (shown) ctx.fillText(moment.label, x + (align === "right" ? -6 : 6) * ratio, bbox.top + 14 * look.scale * ratio);
  }
  ctx.restore();
}

function drawLevel(plot: uPlot, { value, label }: { value: number; label: string }): void {
  const { ctx, bbox } = plot;
  const y = plot.valToPos(value, "y", true);
  line(ctx, bbox.left, y, bbox.left + bbox.width, y);
  ctx.textAlign = "right";
  ctx.textBaseline = "top";
  ctx.fillText(label, bbox.left + bbox.width - 4, y + 4);
  ctx.textBaseline = "alphabetic";
}

function line(ctx: CanvasRenderingContext2D, x: number, y: number, toX: number, toY: number): void {
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
