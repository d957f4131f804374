import { type Pen, type Point, write } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour } from "../look/peer-colours.ts";
import { drawArrow, drawLanes, trace } from "./draw-lanes.ts";
import { circle, disc, drawPeer } from "./draw-peers.ts";
import { pathBetween } from "./path.ts";
import type { PeerFigure, SwarmScene } from "./scene.ts";
import { CROWD } from "./seats.ts";
import type { Hop } from "./spread.ts";

export interface SwarmStyle {
  readonly chosen: string | null;
  /** How the followed piece spread; `null` while none is followed. */
  readonly spread: { readonly piece: number; readonly hops: readonly Hop[]; readonly pieceCount: number } | null;
}

/** Narrower than this there is no room for labels at the sides. */
export const NARROW = 640;

/** The whole swarm but what moves. */
export function drawSwarm(pen: Pen, scene: SwarmScene, look: Look, { chosen, spread }: SwarmStyle): void {
  if (spread) drawSpread(pen, scene, look, spread.hops);
  else drawLanes(pen, scene, look, chosen);
  drawTracker(pen, scene, look);
  const hops = new Map(spread?.hops.map(({ peer, depth }) => [peer, depth === 0 ? "src" : `${depth ?? "?"}`]));
  const [crowd, narrow] = [scene.peers.length > CROWD, scene.size.width < NARROW];
  for (const peer of scene.peers) {
    const hop = hops.get(peer) ?? null;
    const dim = spread !== null && hop === null;
    drawPeer(pen, peer, look, { chosen: peer.node.name === chosen, dim, hop, crowd, narrow });
    if (spread && hop !== null) markPiece(pen, peer, look, (spread.piece + 0.5) / spread.pieceCount);
  }
  if (spread) {
    const text = `piece ${spread.piece} · ${spread.hops.length} of ${scene.peers.length} have it`;
    const at = { x: 14 * look.scale, y: 24 * look.scale };
    write(pen, text, at, { size: 14 * look.scale, weight: 620, font: look.font, colour: look.ink });
  }
}

/** A square in the middle; announces travel to it. Dashed, with its state, while there is none to announce to. */
function drawTracker(pen: Pen, { ring: { centre }, tracker, peers }: SwarmScene, look: Look): void {
  const half = (peers.length > CROWD ? 30 : 27) * look.scale;
  pen.beginPath();
  pen.rect(centre.x - half, centre.y - half, 2 * half, 2 * half);
  pen.fillStyle = look.surface;
  pen.fill();
  pen.strokeStyle = look.muted;
  pen.lineWidth = 1.5 * look.scale;
  const runs = tracker.state === "running";
  if (!runs) pen.setLineDash([5 * look.scale, 4 * look.scale]);
  pen.stroke();
  pen.setLineDash([]);
  const style = { font: look.font, align: "center", baseline: "middle" } as const;
  const line = (text: string, dy: number, size: number, colour: string, weight: number) =>
    write(
      pen,
      text,
      { x: centre.x, y: centre.y + dy * look.scale },
      { ...style, size: size * look.scale, colour, weight },
    );
  line("tracker", -9, 11, look.ink, 620);
  if (runs) line(`${tracker.complete} ◆ ${tracker.incomplete} ●`, 9, 11, look.muted, 450);
  else line(tracker.state, 9, 11, look.warning, 560);
}

function drawSpread(pen: Pen, { ring }: SwarmScene, look: Look, hops: readonly Hop[]): void {
  for (const { from, peer } of hops) {
    if (!from) continue;
    const colour = peerColour(from.hue, look.theme);
    const path = pathBetween(from.seat, peer.seat, ring.centre);
    pen.beginPath();
    trace(pen, path);
    pen.strokeStyle = fade(colour, 0.9);
    pen.lineWidth = 2.5 * look.scale;
    pen.stroke();
    drawArrow(pen, path, colour, 7 * look.scale);
  }
}

/** A needle where the piece is in the ring. */
function markPiece(pen: Pen, { seat }: PeerFigure, look: Look, share: number): void {
  const angle = share * 2 * Math.PI - Math.PI / 2;
  const at = (radius: number): Point => ({
    x: seat.x + Math.cos(angle) * radius,
    y: seat.y + Math.sin(angle) * radius,
  });
  circle(pen, seat, seat.radius + 3 * look.scale, look.ink, 1.5 * look.scale);
  disc(pen, at(seat.radius + 3 * look.scale), 4.5 * look.scale, look.ink);
}

/** The peer nearest to a point that is within its reach, or `undefined`: in a crowd a click is near to many. */
export function peerAt({ peers }: Pick<SwarmScene, "peers">, { x, y }: Point): PeerFigure | undefined {
  const distance = ({ seat }: PeerFigure) => Math.hypot(seat.x - x, seat.y - y);
  const near = peers.filter((peer) => distance(peer) <= Math.max(peer.seat.radius + 4, 16));
  return near.sort((a, b) => distance(a) - distance(b))[0];
}
