import { expect, test } from "vitest";
import { emptyPicture, takeLine } from "../../picture/picture.ts";
import { playPicture } from "../../testing/played-picture.ts";
import { simulateSwarm } from "../../testing/simulated-swarm.ts";
import { svgPen } from "../draw/svg-pen.ts";
import { lookOf } from "../look/look.ts";
import { type Chart, drawnValues, placeLabels, topOf } from "./chart.ts";
import { chartsOf } from "./charts-of.ts";
import { drawChart } from "./draw-chart.ts";
import { formatValue, niceStep } from "./format-value.ts";

const chart: Chart = {
  ...{ key: "k", title: "t", unit: "rate", times: [0, 1], stacked: true },
  series: [
    { label: "a", colour: "#000000", values: [1, null] },
    { label: "b", colour: "#000000", values: [2, 4] },
    { label: "limit", colour: "#000000", values: [9, 9], dashed: true },
  ],
};

test("stacked series lie on each other, limits stand on the ground, and the scale holds all", () => {
  expect(drawnValues(chart)).toEqual([
    [1, 0],
    [3, 4],
    [9, 9],
  ]);
  expect(topOf(chart)).toBeCloseTo(9.72);
  expect(topOf({ ...chart, level: { value: 20, label: "l" } })).toBeCloseTo(21.6);
});

test("steps are round numbers of the unit", () => {
  expect(formatValue(niceStep(10 << 20, 4, "rate"), "rate")).toBe("5.00 MiB/s");
  expect(niceStep(6, 4, "copies")).toBe(2);
  expect(niceStep(1, 2, "share")).toBe(0.5);
});

test("the charts show rates, copies with the line at 1.0, and completion with the theoretical minimum", () => {
  const { picture, torrent } = pictureAfter(60, { torrents: 1, pieces: 64 });
  const look = lookOf("light", false);
  const [down, up, copies, completion] = chartsOf(picture, torrent, look, null);
  expect([down?.series.length, up?.series.length]).toEqual([4, 4]);
  expect(copies?.level?.value).toBe(1);
  expect(copies?.series[0]?.values.at(-1)).toBe(4);
  expect(completion?.series.map(({ values }) => values.at(-1))).toEqual([1, 1, 1]);
  expect(completion?.moments?.[0]?.time).toBeGreaterThan(picture.swarm.releasedAt ?? 0);
  expect(completion?.moments?.[0]?.label).toBe("theoretical minimum");
  const [peer] = chartsOf(picture, torrent, look, "leecher-1");
  expect(peer?.series.filter(({ dashed }) => dashed).map(({ values }) => values[0])).toEqual([8 << 20, 1 << 20]);
});

test("two torrents of the same peers have one minimum, which the chart says", () => {
  const { picture, torrent } = pictureAfter(5, { torrents: 2, pieces: 16 });
  const completion = chartsOf(picture, torrent, lookOf("light", false), null).at(-1);
  expect(completion?.moments?.[0]?.label).toBe("theoretical minimum of 2 torrents");
});

test("without traffic the scale of a rate has steps that differ", () => {
  const { picture, torrent } = playPicture(0);
  const [down] = chartsOf(picture, torrent, lookOf("light", false), null);
  if (!down) throw new Error("there is no chart");
  expect(topOf(down)).toBe(1024);
  const step = niceStep(topOf(down), 4, "rate");
  expect([0, step, 2 * step].map((value) => formatValue(value, "rate"))).toEqual(["0", "256 B/s", "512 B/s"]);
});

test("the completion of a torrent that came later starts when it came", () => {
  const { picture, torrent, add } = playPicture(70);
  const infoHash = "c".repeat(40);
  add("controller", { type: "torrent-added", info: { ...torrent.info, infoHash } }, 500);
  add("leecher-1", { type: "torrent", torrent: infoHash, state: "downloading" }, 501);
  const renewed = picture.swarm.torrents[infoHash];
  if (!renewed) throw new Error("the torrent is not shared");
  expect(chartsOf(picture, renewed, lookOf("light", false), null).at(-1)?.times[0]).toBe(500);
});

test("who is gone stays in the sum of rates, and what happened is a line down in every chart that shows its time", () => {
  const { picture, torrent, run, add } = playPicture(20);
  add("leecher-2", { type: "node", state: "stopped" });
  add("controller", { ...run, nodes: run.nodes.filter(({ node }) => node !== "leecher-2") });
  add("controller", { type: "mark", text: "a mark with more words than there is room for at a line" }, 21.5);
  add("controller", { type: "mark", text: "not in the picture yet" }, 22);
  const [down, up, copies] = chartsOf(picture, torrent, lookOf("light", false), null);
  expect(down?.series.map(({ label }) => label)).toEqual(["seeder-1", "leecher-1", "leecher-3", "leecher-4", "gone"]);
  for (const one of [down, up, copies])
    expect(one?.moments?.map(({ label }) => label)).toEqual(["leecher-2 stopped", "a mark with more words than…"]);
});

test("labels at lines that stand close do not cover each other, and none leaves the plot", () => {
  const moments = [50, 1, 2, 99, 45].map((time) => ({ time, label: `${time}`, colour: "#000000" }));
  const places = placeLabels(
    moments,
    (time) => time,
    100,
    () => 20,
  );
  expect(places.map(({ shown }) => shown)).toEqual([true, true, false, false, false]);
  expect(places.map(({ align }) => align)).toEqual(["left", "left", "left", "right", "left"]);
});

test("a saved chart has the names of its series", () => {
  const { picture, torrent } = playPicture(20);
  const look = lookOf("light", false);
  const [down] = chartsOf(picture, torrent, look, null);
  if (!down) throw new Error("there is no chart");
  const pen = svgPen({ width: 960, height: 300 }, "#fff");
  drawChart(pen, down, { width: 960, height: 300 }, 0, look);
  for (const { label } of down.series) expect(pen.toSvg()).toContain(`>${label}</text>`);
});

function pictureAfter(seconds: number, size: { torrents: number; pieces: number }) {
  const swarm = simulateSwarm({ seed: 4, seeders: 1, leechers: 3, ...size });
  const picture = emptyPicture();
  for (const line of [...swarm.start(), ...swarm.run(seconds)]) takeLine(picture, line);
  const [torrent] = Object.values(picture.swarm.torrents);
  if (!torrent) throw new Error("the swarm has no torrent");
  return { picture, torrent };
}
