import { Bitfield } from "./bitfield.ts";

/**
 * Pieces as the bytes of a bitfield in a plain array: it survives JSON, and one piece is set without touching the rest.
 * First piece in the highest bit of the first byte, as on the wire (BEP 3).
 */
export type Pieces = number[];

export function noPieces(count: number): Pieces {
  return new Array<number>(Math.ceil(count / 8)).fill(0);
}

/** @param hex as in facts; spare bits and digits are dropped, missing ones are zero. */
export function piecesFromHex(count: number, hex: string): { pieces: Pieces; have: number } {
  const bitfield = Bitfield.fromHex(count, hex);
  return { pieces: Array.from(bitfield.bytes), have: bitfield.count };
}

export function piecesToHex(pieces: Pieces): string {
  return new Bitfield(pieces.length * 8, Uint8Array.from(pieces)).toHex();
}

export function hasPiece(pieces: Pieces, piece: number): boolean {
  return ((pieces[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
}

/** Sets a piece; `false` if it was set or is not one of `count`. */
export function addPiece(pieces: Pieces, count: number, piece: number): boolean {
  if (!Number.isInteger(piece) || piece < 0 || piece >= count || hasPiece(pieces, piece)) return false;
  pieces[piece >> 3] = (pieces[piece >> 3] ?? 0) | (0x80 >> (piece & 7));
  return true;
}
