import { expect, test } from "vitest";
import { emptyPicture, takeLine } from "../../picture/picture.ts";
import { simulateSwarm } from "../../testing/simulated-swarm.ts";
import { lookOf } from "../look/look.ts";
import { type Chart, drawnValues, topOf } from "./chart.ts";
import { chartsOf } from "./charts-of.ts";
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
  expect(completion?.moment?.time).toBeGreaterThan(picture.swarm.releasedAt ?? 0);
  expect(completion?.moment?.label).toBe("theoretical minimum");
  const [peer] = chartsOf(picture, torrent, look, "leecher-1");
  expect(peer?.series.filter(({ dashed }) => dashed).map(({ values }) => values[0])).toEqual([8 << 20, 1 << 20]);
});

test("two torrents of the same peers have one minimum, which the chart says", () => {
  const { picture, torrent } = pictureAfter(5, { torrents: 2, pieces: 16 });
  const completion = chartsOf(picture, torrent, lookOf("light", false), null).at(-1);
  expect(completion?.moment?.label).toBe("theoretical minimum of 2 torrents");
});

function pictureAfter(seconds: number, size: { torrents: number; pieces: number }) {
  const swarm = simulateSwarm({ seed: 4, seeders: 1, leechers: 3, ...size });
  const picture = emptyPicture();
  for (const line of [...swarm.start(), ...swarm.run(seconds)]) takeLine(picture, line);
  const [torrent] = Object.values(picture.swarm.torrents);
  if (!torrent) throw new Error("the swarm has no torrent");
  return { picture, torrent };
}
