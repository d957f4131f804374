import { availability } from "./availability.ts";
import { behaviourOf, givesNothing } from "./behaviour.ts";
import { lookup } from "./dictionary.ts";
import { isComplete, isExpected, type Part, partsOf } from "./live.ts";
import { hasPiece } from "./pieces.ts";
import type { SwarmModel } from "./state.ts";

/** Pieces may be gone for so long (a seeder restarts, a leecher joins) before it is called a stall. */
const PATIENCE = 10;
/** Ranges that are named; the rest is counted. */
const RANGES = 5;

/**
 * Why a torrent cannot go on, or `null`: some piece is on no live node although a live node still wants it. Known 10 s
 * after the last holder left; nothing is said before the leechers' release or while a live node still checks its data.
 */
export function stalled(model: SwarmModel, infoHash: string, now: number): string | null {
  const torrent = lookup(model.torrents, infoHash);
  if (!torrent || torrent.retired || torrent.missingSince === null || model.releasedAt === null) return null;
  if (now - Math.max(torrent.missingSince, model.releasedAt) < PATIENCE) return null;
  const live = partsOf(model, infoHash).filter((part) => part.node.state === "running");
  if (live.some((part) => part.torrent.state === "checking")) return null;
  const wanted = live.some((part) => isExpected(part) && !isComplete(part.torrent, torrent.info));
  if (!wanted) return null;
  const missing = missingPieces(availability(model, infoHash));
  const held = live.some((part) => missing.some((piece) => isHeldBack(part, piece)));
  return `nobody ${held ? "gives" : "has"} ${pieceList(missing)}`;
}

/** Who gives nothing does not count as a holder. */
function isHeldBack({ node, torrent }: Part, piece: number): boolean {
  return givesNothing(behaviourOf(node.settings)) && hasPiece(torrent.pieces, piece);
}

function missingPieces(holders: readonly number[]): number[] {
  return holders.flatMap((count, piece) => (count === 0 ? [piece] : []));
}

/** `piece 3`, or `pieces 3, 7–9, 12 and 40 more`. */
export function pieceList(pieces: readonly number[]): string {
  const ranges = toRanges(pieces);
  const named = ranges.slice(0, RANGES);
  const rest = ranges.slice(RANGES).reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const text = named.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
  return `${pieces.length === 1 ? "piece" : "pieces"} ${text}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function toRanges(pieces: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const piece of pieces) {
    const open = ranges.at(-1);
    if (open && open[1] === piece - 1) open[1] = piece;
    else ranges.push([piece, piece]);
  }
  return ranges;
}
