import type { PeerRow, Scene } from "../data/scene.ts";
import { bar } from "../look/chart.ts";
import { fitLine, type Line, pad, select } from "../look/line.ts";
import { type Box, type Drawn, quiet, topOf } from "./box.ts";
import { idleRate, percent, roleGlyph, timeLeft } from "./format.ts";
import { emptyText } from "./peers.ts";

const MOST = 8;

/** Few peers, two rows each, to be read from the last bench. */
export function projectorPeers(scene: Scene, box: Box): Drawn {
  if (scene.peers.length === 0) return { lines: [quiet(emptyText(scene))], page: 1, scroll: 0 };
  const page = Math.max(1, Math.min(MOST, Math.floor(box.rows / 2)));
  const top = topOf(scene.chosen ? scene.peers.indexOf(scene.chosen) : 0, scene.peers.length, page);
  const visible = scene.peers.slice(top, top + page);
  const spaced = visible.length * 3 <= box.rows;
  const lines = visible.flatMap((peer) => [...peerLines(scene, peer, box.columns), ...(spaced ? [[]] : [])]);
  return { lines: lines.slice(0, box.rows), page, scroll: 0 };
}

function peerLines(scene: Scene, peer: PeerRow, columns: number): Line[] {
  const { glyphs } = scene;
  const { glyph, tone } = roleGlyph(peer, glyphs);
  const { full, empty } = bar(peer.progress, Math.max(10, columns - 10), glyphs);
  const down = idleRate(peer.down);
  const up = idleRate(peer.up);
  const first: Line = [
    [` ${peer === scene.chosen ? glyphs.selected : " "} ${glyph} `, tone],
    [pad(peer.name, Math.max(12, columns - 60)), "title"],
    [pad(peer.state, 13), "text"],
    [pad(down && `${glyphs.down} ${down}/s`, 15), "down"],
    [pad(up && `${glyphs.up} ${up}/s`, 15), "up"],
    [pad(timeLeft(peer, glyphs), 9, "right"), "text"],
  ];
  const second: Line = [
    ["     ", "text"],
    [full, tone],
    [empty, "quiet"],
    [percent(peer.progress).padStart(5), "title"],
  ];
  return [peer === scene.chosen ? select(fitLine(first, columns)) : first, second];
}
