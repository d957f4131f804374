const KIB = 1024;
/** What the lab makes itself; metainfo from elsewhere may have others. */
const minPieceLength = 16 * KIB;
const maxPieceLength = 16 * KIB * KIB;
/** What a screen shows and a class can follow. */
const COMFORTABLE_PIECES = 256;

/** Bytes of a piece for `length` bytes of content: the smallest power of two from 16 KiB that gives at most 256 pieces, 16 MiB at most. */
export function choosePieceLength(length: number): number {
  let pieceLength = minPieceLength;
  while (pieceLength < maxPieceLength && length > pieceLength * COMFORTABLE_PIECES) pieceLength *= 2;
  return pieceLength;
}

/** Whether a user may ask for pieces of this many bytes: a power of two from 16 KiB to 16 MiB. */
export function isPieceLength(length: number): boolean {
  return length >= minPieceLength && length <= maxPieceLength && Number.isInteger(Math.log2(length));
}
