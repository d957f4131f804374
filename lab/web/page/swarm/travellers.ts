import type { JournalLine } from "../../../api/journal.ts";
import type { Pen, Point } from "../draw/pen.ts";
import type { Look } from "../look/look.ts";
import { fade, peerColour } from "../look/peer-colours.ts";
import { circle, disc } from "./draw-peers.ts";
import { along, type Path, pathBetween } from "./path.ts";
import type { SwarmScene } from "./scene.ts";
import type { Seat } from "./seats.ts";

/** Something on its way: a piece from its giver, an announce to the tracker, or the ring around who just got it all. */
export interface Traveller {
  readonly kind: "piece" | "announce" | "complete";
  readonly from: string;
  readonly to: string;
  readonly start: number;
}

/** Milliseconds from end to end. */
const JOURNEY = { piece: 900, announce: 700, complete: 1600 } as const;
/** More at once is noise, and costs frames. */
const MOST = 160;
/** Pieces of one batch leave one after the other, over the time until the next batch. */
const SPREAD_MS = 330;

/** What sets out with a batch of lines of one torrent. */
export function departures(lines: readonly JournalLine[], infoHash: string, now: number): Traveller[] {
  const leaving = lines.flatMap((line): Omit<Traveller, "start">[] => {
    if (!("torrent" in line) || line.torrent !== infoHash) return [];
    if (line.type === "have") {
      const [giver] = [...line.from].sort((a, b) => b.bytes - a.bytes);
      return giver ? [{ kind: "piece", from: giver.peer, to: line.node }] : [];
    }
    if (line.type === "announce") return [{ kind: "announce", from: line.peer, to: "" }];
    const whole = line.type === "torrent" && line.state === "seeding";
    return whole ? [{ kind: "complete", from: line.node, to: line.node }] : [];
  });
  const kept = leaving.slice(-MOST);
  return kept.map((one, index) => ({ ...one, start: now + (index / kept.length) * SPREAD_MS }));
}

/** Those that are still on their way; the newest when there are too many. */
export function underway(travellers: readonly Traveller[], now: number): Traveller[] {
  return travellers.filter(({ kind, start }) => now - start < JOURNEY[kind]).slice(-MOST);
}

export function drawTravellers(pen: Pen, all: readonly Traveller[], scene: SwarmScene, look: Look, now: number): void {
  const byName = new Map(scene.peers.map((peer) => [peer.node.name, peer]));
  for (const { kind, from, to, start } of all) {
    const share = (now - start) / JOURNEY[kind];
    const giver = byName.get(from);
    if (!giver || share < 0 || share > 1) continue;
    const colour = peerColour(giver.hue, look.theme);
    if (kind === "complete") {
      const reach = giver.seat.radius * (1 + share * 0.9);
      circle(pen, giver.seat, reach, fade(colour, 1 - share), 4 * look.scale * (1 - share) + 0.5);
      continue;
    }
    const taker = byName.get(to);
    const path = kind === "announce" ? straightFrom(giver.seat, scene.ring.centre) : undefined;
    const way = path ?? (taker && pathBetween(giver.seat, taker.seat, scene.ring.centre));
    if (!way) continue;
    const at = along(way, ease(share));
    if (kind === "announce") disc(pen, at, 2.2 * look.scale, fade(look.muted, 0.8 * (1 - share)));
    else drawPiece(pen, at, colour, look, scene.peers.length > 20 ? 3.2 : 4.6);
  }
}

function drawPiece(pen: Pen, { x, y }: Point, colour: string, look: Look, half: number): void {
  const side = half * look.scale;
  pen.fillStyle = look.surface;
  pen.fillRect(x - side - 1.5, y - side - 1.5, 2 * side + 3, 2 * side + 3);
  pen.fillStyle = colour;
  pen.fillRect(x - side, y - side, 2 * side, 2 * side);
}

function straightFrom(seat: Seat, to: Point): Path {
  const share = seat.radius / (Math.hypot(to.x - seat.x, to.y - seat.y) || 1);
  const from = { x: seat.x + (to.x - seat.x) * share, y: seat.y + (to.y - seat.y) * share };
  return { from, control: { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }, to };
}

/** Slow at both ends. */
function ease(share: number): number {
  return share * share * (3 - 2 * share);
}
