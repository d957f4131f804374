import type { Point } from "../draw/pen.ts";
import type { Seat } from "./seats.ts";

/** A quadratic curve. */
export interface Path {
  readonly from: Point;
  readonly control: Point;
  readonly to: Point;
}

/** How far the curve is pulled to the centre, and how far the two directions between two peers are apart. */
const PULL = 0.42;
const APART = 0.09;

/** From the edge of one donut to the edge of another, bowed towards the centre; there and back do not touch. */
export function pathBetween(from: Seat, to: Seat, centre: Point): Path {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const control = {
    x: middle.x + (centre.x - middle.x) * PULL - dy * APART,
    y: middle.y + (centre.y - middle.y) * PULL + dx * APART,
  };
  return { from: edge(from, control), control, to: edge(to, control) };
}

/** The point at `share` of the way, 0–1. */
export function along({ from, control, to }: Path, share: number): Point {
  const rest = 1 - share;
  const [a, b, c] = [rest * rest, 2 * rest * share, share * share];
  return { x: a * from.x + b * control.x + c * to.x, y: a * from.y + b * control.y + c * to.y };
}

function edge(seat: Seat, towards: Point): Point {
  const distance = Math.hypot(towards.x - seat.x, towards.y - seat.y) || 1;
  const share = (seat.radius + 3) / distance;
  return { x: seat.x + (towards.x - seat.x) * share, y: seat.y + (towards.y - seat.y) * share };
}
