import type { Pen } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour } from "../look/peer-colours.ts";
import { along, type Path } from "./path.ts";
import type { Lane, SwarmScene } from "./scene.ts";

/** From so many choked lanes on they are only shown of the chosen peer: together they would hide the swarm. */
const CROWD = 90;

/** Share of the way at which a lane has its arrow. */
const ARROW_AT = 0.6;

/** Solid where somebody is willing to send, as wide as what flows; dashed where the taker is choked. */
export function drawLanes(pen: Pen, { lanes, peers }: SwarmScene, look: Look, chosen: string | null): void {
  const shown = (lane: Lane) => chosen === null || lane.from.node.name === chosen || lane.to.node.name === chosen;
  const choked = lanes.filter((lane) => lane.state === "choked" && shown(lane));
  drawChoked(pen, choked, look, chosen !== null);
  pen.lineCap = "round";
  for (const lane of lanes) if (lane.state !== "choked") drawOpen(pen, lane, look, shown(lane), peers.length);
}

/** One stroke for all of them: they look alike, and there may be two thousand. */
function drawChoked(pen: Pen, lanes: Lane[], look: Look, chosen: boolean): void {
  if (lanes.length === 0) return;
  pen.beginPath();
  for (const { path } of lanes) trace(pen, path);
  pen.setLineDash([3 * look.scale, 5 * look.scale]);
  pen.lineCap = "butt";
  pen.lineWidth = 1 * look.scale;
  pen.strokeStyle = fade(look.muted, chosen ? 0.7 : lanes.length > CROWD ? 0.1 : 0.34);
  pen.stroke();
  pen.setLineDash([]);
}

function drawOpen(pen: Pen, { path, from, rate, state, optimistic }: Lane, look: Look, shown: boolean, peers: number) {
  const colour = peerColour(from.hue, look.theme);
  const width = state === "sending" ? laneWidth(rate) * (peers > 20 ? 0.55 : 1) : 1.2;
  pen.beginPath();
  trace(pen, path);
  pen.lineWidth = width * look.scale;
  pen.strokeStyle = fade(colour, shown ? (state === "sending" ? 0.8 : 0.5) : 0.12);
  if (optimistic) pen.setLineDash([14 * look.scale, 4 * look.scale]);
  pen.stroke();
  pen.setLineDash([]);
  if (state === "sending" && shown) drawArrow(pen, path, colour, (4 + width) * look.scale * (peers > 20 ? 0.7 : 1));
}

/** 1.5 px for a trickle, 8 px from 8 MiB/s on: each doubling is as much again. */
export function laneWidth(rate: number): number {
  const doublings = Math.log2(Math.max(rate, 1) / (16 << 10));
  return Math.min(8, Math.max(1.5, 1.5 + doublings * 0.72));
}

export function trace(pen: Pen, { from, control, to }: Path): void {
  pen.moveTo(from.x, from.y);
  pen.quadraticCurveTo(control.x, control.y, to.x, to.y);
}

export function drawArrow(pen: Pen, path: Path, colour: string, size: number): void {
  const [tip, tail] = [along(path, ARROW_AT + 0.02), along(path, ARROW_AT - 0.02)];
  const angle = Math.atan2(tip.y - tail.y, tip.x - tail.x);
  const wing = (turn: number) => ({
    x: tip.x + Math.cos(angle + turn) * size,
    y: tip.y + Math.sin(angle + turn) * size,
  });
  const [left, right] = [wing(2.5), wing(-2.5)];
  pen.beginPath();
  pen.moveTo(tip.x + Math.cos(angle) * size * 0.6, tip.y + Math.sin(angle) * size * 0.6);
  pen.lineTo(left.x, left.y);
  pen.lineTo(right.x, right.y);
  pen.closePath();
  pen.fillStyle = colour;
  pen.fill();
}
