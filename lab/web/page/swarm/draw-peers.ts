import { formatRate, printable } from "../../../units.ts";
import { type Pen, type Point, roughWidth, shorten, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour, textOn } from "../look/peer-colours.ts";
import type { PeerFigure } from "./scene.ts";

/** Inner edge of the donut, and the core, as shares of its radius. */
const HOLE = 0.64;
const CORE = 0.42;
/** Smaller donuts get no label beside them. */
const LABELLED = 22;

export interface PeerStyle {
  readonly chosen: boolean;
  readonly dim: boolean;
  /** Piece that is followed, or `null`. */
  readonly hop: number | null;
}

/** A donut of pieces around a core: a circle while it downloads, a diamond once it has everything. */
export function drawPeer(pen: Pen, peer: PeerFigure, look: Look, style: PeerStyle): void {
  pen.globalAlpha = style.dim ? 0.3 : 1;
  drawRing(pen, peer, look, style.chosen);
  drawCore(pen, peer, look, style.hop);
  if (peer.seat.radius >= LABELLED) drawLabel(pen, peer, look);
  pen.globalAlpha = 1;
}

function drawRing(pen: Pen, { seat, arcs, node }: PeerFigure, look: Look, chosen: boolean): void {
  const width = seat.radius * (1 - HOLE);
  const middle = seat.radius - width / 2;
  const live = node.state === "running";
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

function drawCore(
  pen: Pen,
  { seat, position, node, whole, progress }: PeerFigure,
  look: Look,
  hop: number | null,
): void {
  const radius = seat.radius * CORE;
  const colour = node.state === "running" ? peerColour(position, look.theme) : look.faint;
  if (whole) diamond(pen, seat, radius * 1.24, colour);
  else disc(pen, seat, radius, colour);
  const stopped = { paused: "‖", stopped: "×", failed: "!", created: "…", starting: "…" } as const;
  const percent = whole ? "✓" : `${Math.floor(progress * 100)}`;
  const mark = node.state === "running" ? percent : stopped[node.state];
  const style = { font: look.font, colour: textOn(colour), weight: 650, align: "center", baseline: "middle" } as const;
  const size = Math.max(7, radius * (hop === null ? 0.82 : 0.72));
  write(pen, hop === null ? mark : hop === 0 ? "src" : `${hop}`, seat, { ...style, size });
}

/** Outside the ring: the name, and what goes in and out. */
function drawLabel(pen: Pen, { seat, node, position, up, down }: PeerFigure, look: Look): void {
  const [cos, sin] = [Math.cos(seat.angle), Math.sin(seat.angle)];
  const size = 12.5 * look.scale;
  const align = cos > 0.35 ? "left" : cos < -0.35 ? "right" : "center";
  const gap = seat.radius + 9 * look.scale;
  const x = seat.x + cos * gap;
  const side = align === "center";
  const top = side
    ? sin < 0
      ? seat.y - gap - size * 1.25
      : seat.y + gap + size
    : seat.y + sin * gap * 0.6 - size * 0.1;
  const name = shorten(printable(node.name), 18);
  write(pen, name, { x, y: top }, { size, weight: 620, font: look.font, colour: look.ink, align });
  const rates = [down > 0 ? `↓ ${formatRate(down)}` : "", up > 0 ? `↑ ${formatRate(up)}` : ""]
    .filter(Boolean)
    .join("  ");
  const text = node.state === "running" ? rates : node.state;
  write(pen, text, { x, y: top + size * 1.2 }, { size: size * 0.86, font: look.font, colour: look.muted, align });
  const width = roughWidth(name, size);
  const start = align === "left" ? x : align === "right" ? x - width : x - width / 2;
  pen.fillStyle = peerColour(position, look.theme);
  pen.fillRect(start, top + 3 * look.scale - size * 1.3 - 2, 14 * look.scale, 2.5 * look.scale);
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
