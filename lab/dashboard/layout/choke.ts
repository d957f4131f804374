import { lookup } from "../../swarm/dictionary.ts";
import type { ConnectionModel } from "../../swarm/model.ts";
import type { PeerRow, Scene } from "../data/scene.ts";
import type { Glyphs } from "../look/glyphs.ts";
import { fitLine, type Line, pad, type Span, select } from "../look/line.ts";
import { type Box, type Drawn, quiet, topOf } from "./box.ts";
import { roleGlyph } from "./format.ts";
import { laneLines } from "./lanes.ts";
import { emptyText } from "./peers.ts";

/** Lanes get this share of the rows; the matrix the rest. */
const LANES = 0.4;
/** Columns of one peer in the matrix. */
const CELL = 3;

/** Who unchokes whom, and below it the chosen peer's slots over time. */
export function chokeView(scene: Scene, box: Box): Drawn {
  const count = scene.peers.length;
  if (count === 0) return { lines: [quiet(emptyText(scene))], page: 1, scroll: 0 };
  const names = Math.min(24, Math.max(14, ...scene.everybody.map(({ name }) => name.length + 9)));
  const page = Math.max(1, Math.min(count, Math.max(box.rows - 4 - count, Math.floor(box.rows * (1 - LANES)))) - 2);
  const shown = Math.min(count, count + 2 <= box.rows * (1 - LANES) ? count : page);
  const top = topOf(scene.chosen ? scene.peers.indexOf(scene.chosen) : 0, count, shown);
  const matrix = [
    heading(scene, names, box.columns),
    ...scene.peers.slice(top, top + shown).map((peer, i) => giverLine(scene, peer, top + i, names, box.columns)),
  ];
  const room = box.rows - matrix.length - 1;
  const lanes = scene.chosen && room > 2 ? laneLines(scene, scene.chosen, { columns: box.columns, rows: room }) : [];
  return { lines: [...matrix, legend(scene.glyphs), ...lanes].slice(0, box.rows), page: shown, scroll: 0 };
}

function heading(scene: Scene, names: number, columns: number): Line {
  const spans: Span[] = [[pad("  unchokes →".replace("→", scene.glyphs.arrow), names), "quiet"]];
  for (const [i, peer] of scene.everybody.entries())
    spans.push([String(i + 1).padStart(CELL), peer === scene.chosen ? "title" : "quiet"]);
  return fitLine(spans, columns);
}

function giverLine(scene: Scene, peer: PeerRow, row: number, names: number, columns: number): Line {
  const chosen = peer === scene.chosen;
  const { glyph, tone } = roleGlyph(peer, scene.glyphs);
  const number = scene.everybody.indexOf(peer) + 1 || row + 1;
  const name: Line = [
    [chosen ? `${scene.glyphs.selected} ` : "  ", "title"],
    [`${String(number).padStart(3)} `, "quiet"],
    [`${glyph} `, tone],
    [pad(peer.name, names - 8), "text"],
  ];
  const cells = scene.everybody.map((other): Span => matrixCell(scene, peer, other));
  return fitLine([...(chosen ? select(name) : name), ...cells], columns);
}

function matrixCell(scene: Scene, giver: PeerRow, receiver: PeerRow): Span {
  if (giver === receiver) return ["  \\", "quiet"];
  const links = giver.parts.flatMap(({ part }) => lookup(part.connections, receiver.name) ?? []);
  const [sign, tone] = chokeSign(links, scene.glyphs);
  return [sign.padStart(CELL), tone];
}

/** The most telling state of the connections to one peer: over several torrents there can be more than one. */
export function chokeSign(links: readonly ConnectionModel[], glyphs: Glyphs): Span {
  const open = links.filter((link) => link.open);
  const wanted = open.filter((link) => link.flags.includes("U") || link.flags.includes("u") || link.interested);
  if (wanted.some((link) => link.optimistic)) return [glyphs.choke.optimistic, "optimistic"];
  if (wanted.some((link) => link.unchoked)) return [glyphs.choke.unchoked, "unchoked"];
  if (open.some((link) => link.optimistic)) return [glyphs.choke.optimistic, "optimistic"];
  if (wanted.length > 0) return [glyphs.choke.refused, "choked"];
  if (open.some((link) => link.unchoked)) return [glyphs.choke.idle, "quiet"];
  return open.length > 0 ? [glyphs.choke.quiet, "quiet"] : [" ", "text"];
}

export function legend({ choke }: Glyphs): Line {
  return [
    ["  ", "text"],
    [choke.unchoked, "unchoked"],
    [" unchoked  ", "quiet"],
    [choke.optimistic, "optimistic"],
    [" optimistic  ", "quiet"],
    [choke.refused, "choked"],
    [" wants, is choked  ", "quiet"],
    [`${choke.idle} unchoked, wants nothing  ${choke.quiet} connected`, "quiet"],
  ];
}
