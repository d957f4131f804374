import { behaviourOf, behaviourSigns } from "../../../swarm/behaviour.ts";
import { formatRate, printable } from "../../../units.ts";
import { type Pen, type Point, shorten, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour, textOn } from "../look/peer-colours.ts";
import { kindOf, statusOf } from "../tables/peer-columns.ts";
import type { PeerFigure } from "./scene.ts";

/** Inner edge of the donut, and the core, as shares of its radius. */
const HOLE = 0.64;
const CORE = 0.42;

export interface PeerStyle {
  readonly chosen: boolean;
  readonly dim: boolean;
  /** How far the followed piece has come; `null` while none is followed, or the peer lacks it. */
  readonly hop: string | null;
  /** In a crowd the core has the peer's number instead of its progress, and only the chosen one has its label. */
  readonly crowd: boolean;
  /** Without room at the sides labels stand above and below. */
  readonly narrow: boolean;
}

/** A donut of pieces around a core: a circle while it downloads, a diamond once it has everything. */
export function drawPeer(pen: Pen, peer: PeerFigure, look: Look, style: PeerStyle): void {
  pen.globalAlpha = style.dim ? 0.3 : 1;
  drawRing(pen, peer, look, style.chosen);
  drawCore(pen, peer, look, style);
  if (style.chosen || !style.crowd) drawLabel(pen, peer, look, style.narrow);
  pen.globalAlpha = 1;
}

function drawRing(pen: Pen, { seat, arcs, live }: PeerFigure, look: Look, chosen: boolean): void {
  const width = seat.radius * (1 - HOLE);
  const middle = seat.radius - width / 2;
  disc(pen, seat, seat.radius, look.surface);
  pen.lineCap = "butt";
  circle(pen, seat, middle, fade(look.faint, live ? 0.28 : 0.16), width);
  for (const arc of arcs) {
    pen.beginPath();
    pen.arc(seat.x, seat.y, middle, arc.from * 2 * Math.PI - Math.PI / 2, arc.to * 2 * Math.PI - Math.PI / 2);
    const colour = arc.giver < 0 ? look.faint : peerColour(arc.giver, look.theme);
    pen.strokeStyle = fade(colour, (live ? 1 : 0.35) * arc.filled);
    pen.lineWidth = width;
    pen.stroke();
  }
  if (chosen) circle(pen, seat, seat.radius + 4 * look.scale, look.ink, 2 * look.scale);
}

function drawCore(pen: Pen, peer: PeerFigure, look: Look, { hop, crowd }: PeerStyle): void {
  const { seat, hue, whole, live } = peer;
  const radius = seat.radius * CORE;
  const colour = live ? peerColour(hue, look.theme) : look.faint;
  if (whole) diamond(pen, seat, radius * 1.24, colour);
  else disc(pen, seat, radius, colour);
  const mark = hop ?? markOf(peer, crowd);
  const size = Math.max(7, radius * (mark.length > 2 ? 0.66 : 0.84));
  const style = { size, font: look.font, colour: textOn(colour), weight: 650, baseline: "middle" } as const;
  write(pen, mark, seat, { ...style, align: "center" });
}

const nodeMarks = { paused: "‖", stopped: "×", failed: "!", created: "…", starting: "…" } as const;
const partMarks: Readonly<Record<string, string>> = { error: "!", checking: "…", retired: "×" };

function markOf({ node, part, whole, progress, live }: PeerFigure, crowd: boolean): string {
  if (node.state !== "running") return nodeMarks[node.state];
  if (!live) return partMarks[part.state] ?? "";
  const sign = behaviourSigns[behaviourOf(node.settings)];
  if (sign !== "") return sign;
  if (crowd) return /\d+$/.exec(node.name)?.[0] ?? "";
  return whole ? "✓" : `${Math.floor(progress * 100)}`;
}

/** Outside the ring: the name, and what goes in and out; beside the donut in three lines, above and below it in two. */
function drawLabel(pen: Pen, peer: PeerFigure, look: Look, narrow: boolean): void {
  const { seat, node, up, down } = peer;
  const [cos, sin] = [Math.cos(seat.angle), Math.sin(seat.angle)];
  const size = 12.5 * look.scale;
  const gap = seat.radius + 10 * look.scale;
  const rates = [down > 0 ? `↓ ${formatRate(down)}` : "", up > 0 ? `↑ ${formatRate(up)}` : ""].filter(
    (text) => text !== "",
  );
  const beside = !narrow && Math.abs(cos) > 0.35;
  const align = !beside ? "center" : cos > 0 ? "left" : "right";
  const x = beside ? seat.x + Math.sign(cos) * gap : seat.x;
  const state = peer.live ? [] : [statusOf(peer)];
  const kind = kindOf(node);
  const below = [
    ...(kind === "" ? [] : [kind]),
    ...(beside || narrow ? rates : [rates.join("   ")].filter((text) => text !== "")),
    ...state,
  ];
  const line = size * 1.25;
  const height = line * (below.length + 1);
  const top = beside ? seat.y - height / 2 + size : sin < -0.7 ? seat.y - gap - height + size : seat.y + gap + size;
  const name = shorten(printable(node.name), 18);
  write(pen, name, { x, y: top }, { size, weight: 620, font: look.font, colour: look.ink, align });
  const style = { size: size * 0.88, font: look.font, colour: look.muted, align } as const;
  for (const [index, text] of below.entries()) write(pen, text, { x, y: top + line * (index + 1) }, style);
}

export function disc(pen: Pen, { x, y }: Point, radius: number, colour: string): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = colour;
  pen.fill();
}

export function circle(pen: Pen, { x, y }: Point, radius: number, colour: string, width: number): void {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function diamond(pen: Pen, { x, y }: Point, radius: number, colour: string): void {
  pen.beginPath();
  pen.moveTo(x, y - radius);
  pen.lineTo(x + radius, y);
  pen.lineTo(x, y + radius);
  pen.lineTo(x - radius, y);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
}
