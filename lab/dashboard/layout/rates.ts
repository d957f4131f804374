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
  const { ui, feed, chosen, glyphs } = scene;
  const swarm = ratesOf(feed.rates, ui.torrent, null);
  const plots: Plot[] = [
    { title: `${glyphs.down} swarm`, values: swarm.down, tone: "down", limit: null },
    ...(chosen ? peerPlots(scene, chosen.name, ratesOf(feed.rates, ui.torrent, chosen.name)) : []),
  ];
  const fitting = plots.slice(0, Math.max(1, Math.floor(box.rows / 3)));
  const rows = Math.max(1, Math.floor((box.rows - 1) / fitting.length) - 1);
  const lines = fitting.flatMap((plot) => plotLines(scene, plot, rows, box.columns));
  return { lines: [...lines, axis(scene, box.columns)].slice(0, box.rows), page: 1, scroll: 0 };
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

function plotLines({ glyphs }: Scene, { title, values, tone, limit }: Plot, rows: number, columns: number): Line[] {
  const width = Math.max(4, columns - AXIS - 2);
  const shown = stretched(values, chartCapacity(width, glyphs));
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
function stretched(values: readonly number[], capacity: number): number[] {
  const times = stretch(values.length, capacity);
  return values.slice(-Math.floor(capacity / times)).flatMap((value) => new Array<number>(times).fill(value));
}

function stretch(count: number, capacity: number): number {
  return [8, 4, 2].find((times) => count * times <= capacity) ?? 1;
}

function axis({ glyphs, feed, ui }: Scene, columns: number): Line {
  const width = Math.max(4, columns - AXIS - 2);
  const capacity = chartCapacity(width, glyphs);
  const times = stretch(ratesOf(feed.rates, ui.torrent, null).down.length, capacity);
  const span = `${plural(Math.floor(capacity / times), "second")} ago`;
  return [[`${" ".repeat(AXIS)}${pad(span, width - 3)}now`, "quiet"]];
}
