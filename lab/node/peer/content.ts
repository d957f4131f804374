import type { Metainfo } from "../../swarm/metainfo.ts";

/** A torrent that a peer shares: what its file says, and the file itself for those who ask for it (BEP 9). */
export interface Content extends Metainfo {
  readonly bytes: Uint8Array;
}

/** Bytes of a piece: the last one may be shorter. */
export function lengthOfPiece({ length, pieceLength }: Pick<Content, "length" | "pieceLength">, piece: number): number {
  return Math.min(pieceLength, length - piece * pieceLength);
}

/** SHA-1 of a piece, 20 bytes. */
export function hashOfPiece({ pieces }: Pick<Content, "pieces">, piece: number): Uint8Array {
  return pieces.subarray(20 * piece, 20 * piece + 20);
}

/** Bytes of the pieces that `has` denies. */
export function bytesMissing(content: Content, has: (piece: number) => boolean): number {
  let missing = 0;
  for (let piece = 0; piece < content.pieceCount; piece += 1) if (!has(piece)) missing += lengthOfPiece(content, piece);
  return missing;
}

/** A part of one file: what a range of the torrent's bytes is made of. */
export interface Span {
  /** Index in `files`. */
  readonly file: number;
  /** Where it starts in that file. */
  readonly position: number;
  /** Where it starts in the range. */
  readonly offset: number;
  readonly length: number;
}

/** The parts of files that hold the bytes from `start` on, in order; empty files have none. */
export function spansOf({ files }: Pick<Content, "files">, start: number, length: number): Span[] {
  const spans: Span[] = [];
  const end = start + length;
  for (let index = fileAt(files, start); index < files.length; index += 1) {
    const file = files[index];
    if (!file || file.offset >= end) break;
    const from = Math.max(start, file.offset);
    const to = Math.min(end, file.offset + file.length);
    if (to > from) spans.push({ file: index, position: from - file.offset, offset: from - start, length: to - from });
  }
  return spans;
}

/** The last file that begins at or before a byte. */
function fileAt(files: Content["files"], byte: number): number {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((files[middle]?.offset ?? 0) <= byte) low = middle;
    else high = middle - 1;
  }
  // Empty files share their offset with the file after them, so the last one that begins here may not be the first.
  while (low > 0 && (files[low - 1]?.offset ?? 0) + (files[low - 1]?.length ?? 0) > byte) low -= 1;
  return low;
}
