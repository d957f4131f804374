import { expect, test } from "vitest";
import { playPicture } from "../testing/played-picture.ts";
import type { History } from "./history.ts";
import type { Picture } from "./picture.ts";

const MIB = 1 << 20;

test("a burst of known bytes has its area in the chart, also after 40 minutes and when an hour has gone over it", () => {
  const lab = quietLab();
  lab.liveTo(2400);
  lab.send(64 * MIB);
  lab.liveTo(2500);
  expect(lab.area()).toBeGreaterThan(63 * MIB);
  expect(lab.area()).toBeLessThan(65 * MIB);
  const { step } = lab.picture.history;
  lab.liveTo(6000);
  expect(lab.picture.history.step).toBeGreaterThan(step);
  expect(lab.area()).toBeGreaterThan(63 * MIB);
  expect(lab.area()).toBeLessThan(65 * MIB);
});

test("what a peer sent that was removed stays in the sum of those that are gone", () => {
  const lab = quietLab();
  lab.liveTo(10);
  lab.send(8 * MIB);
  lab.liveTo(20);
  const before = lab.picture.history.up["leecher-1"] ?? [];
  const peak = Math.max(...before.map(Number));
  expect(peak).toBeGreaterThan(MIB);
  lab.remove();
  lab.liveTo(30);
  const { gone, up, times } = lab.picture.history;
  expect(up["leecher-1"]).toBeUndefined();
  expect(Math.max(...gone.up.map(Number))).toBe(peak);
  expect(gone.up).toHaveLength(times.length);
});

/** One in which nothing is sent but what the test says. */
function quietLab() {
  const { picture, torrent, run, add } = playPicture(0);
  const { infoHash } = torrent.info;
  let [uploaded, t] = [0, Math.ceil(picture.swarm.t)];
  const counters = () => ({ torrent: infoHash, downloaded: 0, uploaded, wasted: 0, left: 0, connected: 0, peers: [] });
  return {
    picture,
    send(bytes: number) {
      uploaded += bytes;
    },
    liveTo(end: number) {
      for (t += 1; t <= end; t += 1)
        add("leecher-1", { type: "sample", memory: null, load: 0, torrents: [counters()] }, t);
    },
    remove() {
      add("controller", { ...run, nodes: run.nodes.filter(({ node }) => node !== "leecher-1") });
    },
    area: () => areaOf(picture),
  };
}

function areaOf({ history: { times, up } }: Picture): number {
  const values: History["up"][string] = up["leecher-1"] ?? [];
  return values.reduce<number>((sum, value, index) => {
    return sum + (value ?? 0) * ((times[index] ?? 0) - (times[index - 1] ?? times[index] ?? 0));
  }, 0);
}
