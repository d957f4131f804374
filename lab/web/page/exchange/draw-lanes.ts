import { formatDuration, printable } from "../../../units.ts";
import { type Pen, rule, type Size, shorten, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour } from "../look/peer-colours.ts";
import type { ChokeLane, ChokeLanes } from "./choke-lanes.ts";

/**
 * One lane a peer: full where it is unchoked, striped where by the optimistic slot, a thin line where it is choked.
 * @param offset of its top in the picture, in pixels.
 */
export function drawChokeLanes(pen: Pen, lanes: ChokeLanes, size: Size, offset: number, look: Look): void {
  const left = Math.min(118 * look.scale, size.width * 0.25);
  const width = size.width - left - 12;
  const head = 30 * look.scale;
  const top = offset + head;
  const height = Math.min(38 * look.scale, (size.height - head - 24 * look.scale) / Math.max(lanes.lanes.length, 1));
  const toX = (t: number) => left + ((t - lanes.from) / (lanes.to - lanes.from)) * width;
  const title = { size: 12 * look.scale, font: look.font, colour: look.muted };
  write(pen, `${printable(lanes.owner)} is willing to send to …`, { x: left, y: offset + 14 * look.scale }, title);
  const colour = peerColour(lanes.hue, look.theme);
  for (const [index, lane] of lanes.lanes.entries())
    drawLane(pen, lane, { y: top + index * height, height, left, right: left + width, toX, colour }, look);
  const bottom = top + lanes.lanes.length * height + 14 * look.scale;
  write(pen, formatDuration(lanes.from), { x: left, y: bottom }, title);
  write(pen, formatDuration(lanes.to), { x: left + width, y: bottom }, { ...title, align: "right" });
}

interface LaneBox {
  readonly y: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly toX: (t: number) => number;
  readonly colour: string;
}

function drawLane(pen: Pen, { peer, stretches }: ChokeLane, box: LaneBox, look: Look): void {
  const { y, height, left, right, toX, colour } = box;
  const middle = y + height / 2;
  const bar = Math.max(2, height * 0.56);
  pen.strokeStyle = look.line;
  pen.lineWidth = 1;
  rule(pen, { x: left, y: middle }, { x: right, y: middle });
  const size = Math.min(12 * look.scale, height * 0.85);
  const style = { size, font: look.font, colour: look.ink, align: "right", baseline: "middle" } as const;
  if (size >= 6) write(pen, shorten(printable(peer), 14), { x: left - 10, y: middle }, style);
  for (const { from, to, optimistic } of stretches) {
    const [x, end] = [toX(from), toX(to)];
    pen.fillStyle = optimistic ? fade(colour, 0.3) : colour;
    pen.fillRect(x, middle - bar / 2, Math.max(1.5, end - x), bar);
    if (optimistic) stripe(pen, { x, end, top: middle - bar / 2, bar }, colour);
  }
}

function stripe(
  pen: Pen,
  { x, end, top, bar }: { x: number; end: number; top: number; bar: number },
  colour: string,
): void {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (let at = x; at < end - bar * 0.6; at += 6) {
    pen.moveTo(at, top + bar);
    pen.lineTo(at + bar * 0.6, top);
  }
  pen.stroke();
}
