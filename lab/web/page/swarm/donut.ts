import { hasPiece, type Pieces } from "../../../swarm/pieces.ts";

/** A run of pieces that came from the same peer. Shares of the circle, 0–1, from the top clockwise. */
export interface Arc {
  readonly from: number;
  readonly to: number;
  /** Hue of the giver; −1 where it is not known. */
  readonly giver: number;
  /** Share of the arc's pieces that are there, 0–1. */
  readonly filled: number;
}

/** Finer than this, in slices, nobody sees: a slice has about two pixels. */
export function slicesOf(radius: number): number {
  return Math.max(48, Math.floor((2 * Math.PI * radius) / 1.9));
}

/** Shades of a slice that is partly there, so that neighbours can be drawn as one. */
const SHADES = 4;

/**
 * The ring of a peer's pieces in torrent order. Many pieces share a slice, which then has the colour of the peer that
 * gave most of it.
 * @param most slices.
 * @param giverOf hue of the giver of a piece, or −1.
 */
export function donutOf(pieces: Pieces, count: number, most: number, giverOf: (piece: number) => number): Arc[] {
  const slices = Math.min(count, most);
  const arcs: Arc[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const [first, end] = [Math.floor((slice * count) / slices), Math.floor(((slice + 1) * count) / slices)];
    const { filled, giver } = sliceOf(pieces, first, end, giverOf);
    if (filled === 0) continue;
    const before = arcs.at(-1);
    const from = slice / slices;
    const to = (slice + 1) / slices;
    if (before && before.to === from && before.giver === giver && before.filled === filled)
      arcs[arcs.length - 1] = { ...before, to };
    else arcs.push({ from, to, giver, filled });
  }
  return arcs;
}

function sliceOf(pieces: Pieces, first: number, end: number, giverOf: (piece: number) => number) {
  let [have, giver, most] = [0, -1, 0];
  const votes = new Map<number, number>();
  for (let piece = first; piece < end; piece += 1) {
    if (!hasPiece(pieces, piece)) continue;
    have += 1;
    const one = giverOf(piece);
    const count = (votes.get(one) ?? 0) + 1;
    votes.set(one, count);
    if (count > most) [giver, most] = [one, count];
  }
  return { filled: Math.ceil((have / Math.max(end - first, 1)) * SHADES) / SHADES, giver };
}
