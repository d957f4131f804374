import { expect, test } from "vitest";
import { noPieces, piecesFromHex } from "../../../swarm/pieces.ts";
import { emptyPicture, type Picture, takeLine } from "../../picture/picture.ts";
import { playPicture } from "../../testing/played-picture.ts";
import { simulateSwarm } from "../../testing/simulated-swarm.ts";
import { svgPen } from "../draw/svg-pen.ts";
import { lookOf } from "../look/look.ts";
import { withKnown } from "../state/peers.ts";
import type { ViewState } from "../state/view-state.ts";
import { donutOf } from "./donut.ts";
import { laneWidth } from "./draw-lanes.ts";
import { drawSwarm, peerAt } from "./draw-swarm.ts";
import { sceneOf } from "./scene.ts";
import { ringOf } from "./seats.ts";
import { spreadOf } from "./spread.ts";
import { departures, underway } from "./travellers.ts";

const size = { width: 1200, height: 800 };
const margin = { width: 100, height: 40 };

test.each([1, 2, 6, 23, 50, 120])("%i donuts fit into the figure and do not touch each other", (count) => {
  const { seats } = ringOf(count, size, margin);
  expect(seats).toHaveLength(count);
  for (const [index, a] of seats.entries()) {
    expect(a.x - a.radius).toBeGreaterThanOrEqual(0);
    expect(a.x + a.radius).toBeLessThanOrEqual(size.width);
    expect(a.y - a.radius).toBeGreaterThanOrEqual(0);
    expect(a.y + a.radius).toBeLessThanOrEqual(size.height);
    for (const b of seats.slice(index + 1))
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(a.radius + b.radius);
  }
});

test("a donut joins neighbours of the same giver, leaves gaps, and a slice of many pieces has the colour of most", () => {
  const { pieces } = piecesFromHex(8, "f3");
  const givers = [0, 0, 1, 1, -1, -1, 0, 0];
  expect(donutOf(pieces, 8, 100, (piece) => givers[piece] ?? -1)).toEqual([
    { from: 0, to: 0.25, giver: 0, filled: 1 },
    { from: 0.25, to: 0.5, giver: 1, filled: 1 },
    { from: 0.75, to: 1, giver: 0, filled: 1 },
  ]);
  const [first, second] = donutOf(pieces, 8, 2, (piece) => (piece === 0 ? 1 : 0));
  expect(first).toEqual({ from: 0, to: 0.5, giver: 0, filled: 1 });
  expect(second).toEqual({ from: 0.5, to: 1, giver: 0, filled: 0.5 });
  expect(donutOf(noPieces(9), 9, 100, () => 0)).toEqual([]);
});

test("a lane is drawn where somebody wants something: open where the giver unchokes, choked where it does not", () => {
  const { picture, torrent } = running(20);
  const { lanes, peers } = sceneOf(picture, torrent, size, margin);
  expect(lanes.length).toBeGreaterThan(3);
  for (const { from, to, state, rate } of lanes) {
    const wants = to.part.connections[from.node.name]?.interested;
    const unchoked = from.part.connections[to.node.name]?.unchoked;
    expect(wants || rate > 0).toBe(true);
    if (state === "choked") expect([unchoked, rate]).toEqual([false, 0]);
    if (state === "ready") expect([unchoked, rate]).toEqual([true, 0]);
  }
  const quiet = peers.flatMap((from) =>
    peers.filter((to) => from !== to && !to.part.connections[from.node.name]?.interested).map((to) => ({ from, to })),
  );
  for (const { from, to } of quiet)
    expect(lanes.some((lane) => lane.from === from && lane.to === to && lane.rate === 0)).toBe(false);
});

test("a wider lane is a faster one, between 1.5 and 8 pixels", () => {
  const widths = [0, 1 << 14, 1 << 18, 1 << 20, 1 << 23, 2 ** 40].map(laneWidth);
  expect(widths).toEqual([...widths].sort((a, b) => a - b));
  expect([widths[0], widths.at(-1)]).toEqual([1.5, 8]);
});

test("the way of a piece leads back to its source, and nobody is further than there are peers", () => {
  const { picture, torrent } = running(60);
  const { peers } = sceneOf(picture, torrent, size, margin);
  for (let piece = 0; piece < torrent.info.pieceCount; piece += 1) {
    const hops = spreadOf(picture, torrent.info.infoHash, piece, peers);
    expect(hops).toHaveLength(peers.length);
    for (const { peer, from, depth } of hops) {
      expect(depth === 0).toBe(peer.node.role === "seeder");
      expect(from === undefined).toBe(depth === 0);
      if (from) expect(hops.find((hop) => hop.peer === from)?.depth).toBe((depth ?? 0) - 1);
    }
  }
});

test("who has a piece from a peer that is gone is no source: the way back is not known", () => {
  const { picture, torrent } = running(60);
  const { peers } = sceneOf(picture, torrent, size, margin);
  const left = peers.filter(({ node }) => node.role !== "seeder");
  const hops = spreadOf(picture, torrent.info.infoHash, 0, left);
  expect(hops.map(({ depth }) => depth)).toEqual(left.map(() => null));
});

test("of the visitor's choice a peer that is gone is left out, and stays chosen for when it is back", () => {
  const { picture, torrent } = running(20);
  const state = { peer: "leecher-2", piece: 3 } as ViewState;
  expect(withKnown(state, picture, torrent)).toBe(state);
  delete picture.swarm.nodes["leecher-2"];
  expect(withKnown(state, picture, torrent)).toEqual({ peer: null, piece: 3 });
  expect(state.peer).toBe("leecher-2");
});

test("a piece that the torrent shared anew does not have is let go", () => {
  const { picture, torrent } = running(5);
  const state = { peer: null, piece: 40 } as ViewState;
  expect(withKnown(state, picture, torrent)).toEqual({ peer: null, piece: null });
});

test.each([
  ["left", "retired", "×"],
  ["failed", "error", "!"],
  ["checks its data", "checking", "…"],
] as const)("a peer that %s is not drawn as one that takes part", (_, state, mark) => {
  const { picture, torrent, add } = playPicture(20);
  add("leecher-2", { type: "torrent", torrent: torrent.info.infoHash, state });
  const pen = svgPen(size, "#fff");
  const scene = sceneOf(picture, torrent, size, margin);
  expect(scene.peers.filter(({ live }) => !live).map(({ node }) => node.name)).toEqual(["leecher-2"]);
  drawSwarm(pen, scene, lookOf("light", false), { chosen: null, spread: null });
  expect(textsOf(pen.toSvg())).toEqual(expect.arrayContaining([mark, state]));
});

test("the tracker's square says when the tracker does not run", () => {
  const { picture, torrent, add } = playPicture(5);
  const drawn = () => {
    const pen = svgPen(size, "#fff");
    drawSwarm(pen, sceneOf(picture, torrent, size, margin), lookOf("light", false), { chosen: null, spread: null });
    return textsOf(pen.toSvg());
  };
  expect(drawn()).not.toContain("stopped");
  add("tracker", { type: "node", state: "stopped" });
  expect(drawn()).toContain("stopped");
});

test("the figure of a followed piece says which it is and how many have it", () => {
  const { picture, torrent } = playPicture(60);
  const scene = sceneOf(picture, torrent, size, margin);
  const hops = spreadOf(picture, torrent.info.infoHash, 7, scene.peers);
  const pen = svgPen(size, "#fff");
  drawSwarm(pen, scene, lookOf("light", false), { chosen: null, spread: { piece: 7, hops, pieceCount: 40 } });
  expect(textsOf(pen.toSvg())).toContain("piece 7 · 5 of 5 have it");
});

test("in a crowd a click on a peer finds that peer", () => {
  const { picture, torrent } = playPicture(0);
  const [figure] = sceneOf(picture, torrent, size, margin).peers;
  if (!figure) throw new Error("nobody is drawn");
  const peers = ringOf(300, size, { width: 16, height: 16 }).seats.map((seat) => ({ ...figure, seat }));
  for (const peer of peers) expect(peerAt({ peers }, peer.seat)).toBe(peer);
  expect(peerAt({ peers }, { x: size.width / 2, y: size.height / 2 })).toBeUndefined();
});

test("pieces of another torrent do not travel, and those that arrived are let go", () => {
  const { lines, torrent } = running(15);
  const own = departures(lines, torrent.info.infoHash, 1000);
  expect(own.some(({ kind }) => kind === "piece")).toBe(true);
  expect(departures(lines, "0".repeat(40), 1000)).toEqual([]);
  expect(underway(own, 1000).length).toBeLessThanOrEqual(160);
  expect(underway(own, 5000)).toEqual([]);
});

function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = ""]) => text);
}

function running(seconds: number) {
  const swarm = simulateSwarm({ seed: 4, seeders: 1, leechers: 4, torrents: 1, pieces: 40, pieceLength: 1 << 18 });
  const picture: Picture = emptyPicture();
  const lines = [...swarm.start(), ...swarm.run(seconds)];
  for (const line of lines) takeLine(picture, line);
  const [torrent] = Object.values(picture.swarm.torrents);
  if (!torrent) throw new Error("the swarm has no torrent");
  return { picture, torrent, lines };
}
