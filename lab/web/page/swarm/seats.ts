import type { Point, Size } from "../draw/pen.ts";

/** Where a peer sits, and how large its donut may be. */
export interface Seat extends Point {
  readonly radius: number;
  /** Direction from the centre, in radians. */
  readonly angle: number;
}

export interface Ring {
  readonly centre: Point;
  readonly seats: readonly Seat[];
}

/** Steps in which the ellipse is measured. */
const STEPS = 720;
/** From here on every second seat is further in, so that donuts can stay large, and there is no room for labels. */
export const CROWD = 22;
const INNER = 0.76;

/**
 * Seats on an ellipse that fills `size`, at equal distances along it, the first on top and then clockwise. The same
 * number of peers always sits the same way.
 * @param margin room for labels around the donuts, in pixels.
 */
export function ringOf(count: number, size: Size, margin: Size): Ring {
  const centre = { x: size.width / 2, y: size.height / 2 };
  const crowded = count > CROWD;
  const most = Math.min(size.width, size.height) * (crowded ? 0.08 : 0.115);
  const axes = {
    width: Math.max(20, size.width / 2 - margin.width - most),
    height: Math.max(20, size.height / 2 - margin.height - most),
  };
  const { lengths, total } = measure(axes);
  const places = Array.from({ length: count }, (_, index) => {
    const angle = angleAt(lengths, (total * index) / count) - Math.PI / 2;
    const reach = crowded && index % 2 === 1 ? INNER : 1;
    const x = centre.x + Math.cos(angle) * axes.width * reach;
    const y = centre.y + Math.sin(angle) * axes.height * reach;
    return { x, y, angle: Math.atan2(y - centre.y, x - centre.x) };
  });
  const radius = Math.min(most, nearest(places) * 0.4);
  return { centre, seats: places.map((place) => ({ ...place, radius })) };
}

/** Distance of the two places that are nearest to each other. */
function nearest(places: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [index, a] of places.entries())
    for (const b of places.slice(index + 1)) least = Math.min(least, Math.hypot(a.x - b.x, a.y - b.y));
  return least;
}

/** Length of the ellipse from the top to each step. */
function measure(axes: Size): { lengths: number[]; total: number } {
  const lengths = [0];
  let total = 0;
  for (let step = 1; step <= STEPS; step += 1) {
    const [before, after] = [pointAt(axes, step - 1), pointAt(axes, step)];
    total += Math.hypot(after.x - before.x, after.y - before.y);
    lengths.push(total);
  }
  return { lengths, total };
}

function pointAt(axes: Size, step: number): Point {
  const angle = (step / STEPS) * 2 * Math.PI - Math.PI / 2;
  return { x: Math.cos(angle) * axes.width, y: Math.sin(angle) * axes.height };
}

function angleAt(lengths: number[], length: number): number {
  const step = lengths.findIndex((reached) => reached >= length);
  return (Math.max(0, step) / STEPS) * 2 * Math.PI;
}
