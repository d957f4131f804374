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
/** Before the number of peers that have no column. */
const MORE = "  +";

/** Who unchokes whom, and below it the chosen peer's slots over time. */
export function chokeView(scene: Scene, box: Box): Drawn {
  const count = scene.peers.length;
  if (count === 0) return { lines: [quiet(emptyText(scene))], page: 1, scroll: 0 };
  const names = Math.min(24, Math.max(14, ...scene.everybody.map(({ name }) => name.length + 9)));
  const receivers = receiversIn(scene, box.columns - names);
  const page = Math.max(1, Math.min(count, Math.max(box.rows - 4 - count, Math.floor(box.rows * (1 - LANES)))) - 2);
  const shown = Math.min(count, count + 2 <= box.rows * (1 - LANES) ? count : page);
  const top = topOf(scene.chosen ? scene.peers.indexOf(scene.chosen) : 0, count, shown);
  const matrix = [
    heading(scene, receivers, names, box.columns),
    ...scene.peers.slice(top, top + shown).map((peer) => giverLine(scene, peer, receivers, names, box.columns)),
  ];
  const room = box.rows - matrix.length - 1;
  const lanes = scene.chosen && room > 2 ? laneLines(scene, scene.chosen, { columns: box.columns, rows: room }) : [];
  return { lines: [...matrix, legend(scene.glyphs), ...lanes].slice(0, box.rows), page: shown, scroll: 0 };
}

/** The peers that have a column, with their numbers: all, or as many as fit around the chosen one. */
interface Receivers {
  readonly first: number;
  readonly shown: readonly PeerRow[];
  /** How many have none. */
  readonly hidden: number;
  /** Columns of one peer: a blank before the largest number. */
  readonly cell: number;
}

function receiversIn({ everybody, chosen }: Scene, columns: number): Receivers {
  const count = everybody.length;
  const digits = String(count).length;
  const cell = Math.max(3, digits + 1);
  if (count * cell <= columns) return { first: 0, shown: everybody, hidden: 0, cell };
  const fitting = Math.max(1, Math.floor((columns - MORE.length - digits) / cell));
  const first = topOf(chosen ? everybody.indexOf(chosen) : 0, count, fitting);
  return { first, shown: everybody.slice(first, first + fitting), hidden: count - fitting, cell };
}

function heading(scene: Scene, { first, shown, hidden, cell }: Receivers, names: number, columns: number): Line {
  const spans: Span[] = [[pad("  unchokes →".replace("→", scene.glyphs.arrow), names), "quiet"]];
  for (const [i, peer] of shown.entries())
    spans.push([String(first + i + 1).padStart(cell), peer === scene.chosen ? "title" : "quiet"]);
  if (hidden > 0) spans.push([`${MORE}${hidden}`, "quiet"]);
  return fitLine(spans, columns);
}

function giverLine(scene: Scene, peer: PeerRow, { shown, cell }: Receivers, names: number, columns: number): Line {
  const chosen = peer === scene.chosen;
  const { glyph, tone } = roleGlyph(peer, scene.glyphs);
  const number = scene.everybody.indexOf(peer) + 1;
  const name: Line = [
    [chosen ? `${scene.glyphs.selected} ` : "  ", "title"],
    [`${String(number).padStart(3)} `, "quiet"],
    [`${glyph} `, tone],
    [pad(peer.name, names - 8), "text"],
  ];
  const cells = shown.map((other): Span => {
    const [sign, tone] = matrixSign(scene, peer, other);
    return [sign.padStart(cell), tone];
  });
  return fitLine([...(chosen ? select(name) : name), ...cells], columns);
}

function matrixSign(scene: Scene, giver: PeerRow, receiver: PeerRow): Span {
  if (giver === receiver) return ["\\", "quiet"];
  const links = giver.parts.flatMap(({ torrent, part }) => {
    const giving = lookup(part.connections, receiver.name);
    const { infoHash } = torrent.info;
    const taking = receiver.parts.find((other) => other.torrent.info.infoHash === infoHash)?.part;
    return giving?.open
      ? [{ ...giving, wanted: lookup(taking?.connections ?? {}, giver.name)?.interested ?? false }]
      : [];
  });
  return chokeSign(links, scene.glyphs);
}

/** An open connection as its giver sees it, and whether the receiver is interested. */
type Offer = Pick<ConnectionModel, "unchoked" | "optimistic"> & { readonly wanted: boolean };

/** The most telling state of what one peer offers another: over several torrents there can be more than one. */
function chokeSign(open: readonly Offer[], glyphs: Glyphs): Span {
  const wanted = open.filter((link) => link.wanted);
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
    [" choked, wants  ", "quiet"],
    [`${choke.idle} unchoked, idle  ${choke.quiet} connected`, "quiet"],
  ];
}
