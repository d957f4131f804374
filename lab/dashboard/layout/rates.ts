import { formatBytes } from "../../units.ts";
import { type Rates, ratesOf } from "../data/rates.ts";
import type { Scene } from "../data/scene.ts";
import { chart, chartCapacity } from "../look/chart.ts";
import { type Line, pad } from "../look/line.ts";
import type { Tone } from "../look/tones.ts";
import type { Box, Drawn } from "./box.ts";
import { plural } from "./format.ts";

const AXIS = 12;

interface Plot {
  readonly title: string;
  readonly values: readonly number[];
  readonly tone: Tone;
  readonly limit: number | null;
}

/** The history of the whole swarm and of the chosen peer. */
export function ratesView(scene: Scene, box: Box): Drawn {
  const { torrent, feed, chosen, glyphs } = scene;
  const swarm = ratesOf(feed.rates, torrent, null);
  const times = stretch(swarm.down.length, chartCapacity(chartWidth(box), glyphs));
  const plots: Plot[] = [
    { title: `${glyphs.down} swarm`, values: swarm.down, tone: "down", limit: null },
    ...(chosen ? peerPlots(scene, chosen.name, ratesOf(feed.rates, torrent, chosen.name)) : []),
  ];
  const fitting = plots.slice(0, Math.max(1, Math.floor(box.rows / 3)));
  const rows = Math.max(1, Math.floor((box.rows - 1) / fitting.length) - 1);
  const lines = fitting.flatMap((plot) => plotLines(scene, plot, times, { ...box, rows }));
  return { lines: [...lines, axis(scene, times, box)].slice(0, box.rows), page: 1, scroll: 0 };
}

function peerPlots({ chosen, glyphs }: Scene, name: string, rates: Rates): Plot[] {
  const down: Plot = {
    title: `${glyphs.down} ${name}`,
    values: rates.down,
    tone: "down",
    limit: chosen?.limits.down ?? null,
  };
  return [
    ...(rates.down.some((rate) => rate > 0) ? [down] : []),
    { title: `${glyphs.up} ${name}`, values: rates.up, tone: "up", limit: chosen?.limits.up ?? null },
  ];
}

/** @param times how often each value is drawn, which is the same for all: they share one axis of time. */
function plotLines({ glyphs }: Scene, { title, values, tone, limit }: Plot, times: number, box: Box): Line[] {
  const [width, rows] = [chartWidth(box), box.rows];
  const kept = values.slice(-Math.floor(chartCapacity(width, glyphs) / times));
  const shown = kept.flatMap((value) => new Array<number>(times).fill(value));
  const top = Math.max(1, ...shown);
  const now = values.at(-1) ?? 0;
  const drawn = chart(shown, { columns: width, rows, top, glyphs });
  const label = (row: number) => (row === 0 && top > 1 ? formatBytes(top) : row === rows - 1 ? "0" : "");
  return [
    [
      [` ${title}  `, "title"],
      [`${formatBytes(now)}/s`, tone],
      [limit === null ? "" : `  limit ${formatBytes(limit)}/s`, "quiet"],
    ],
    ...drawn.map(
      (text, row): Line => [
        [`${pad(label(row), AXIS - 1, "right")} `, "quiet"],
        [text, tone],
      ],
    ),
  ];
}

/** A young history is drawn wider, each second as up to eight values, so that it fills the chart. */
function stretch(count: number, capacity: number): number {
  return [8, 4, 2].find((times) => count * times <= capacity) ?? 1;
}

function chartWidth({ columns }: Box): number {
  return Math.max(4, columns - AXIS - 2);
}

function axis({ glyphs }: Scene, times: number, box: Box): Line {
  const width = chartWidth(box);
  const span = `${plural(Math.floor(chartCapacity(width, glyphs) / times), "second")} ago`;
  return [[`${" ".repeat(AXIS)}${pad(span, width - 3)}now`, "quiet"]];
}
