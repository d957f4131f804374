import { createHash } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import { Bitfield } from "../../swarm/bitfield.ts";
import { type Content, hashOfPiece, lengthOfPiece } from "./content.ts";
import type { ContentStore } from "./store.ts";

/** Hashing this much takes about 0.2 ms: the event loop, which serves other torrents meanwhile, does not notice. */
const SLICE = 256 * 1024;

/**
 * Which pieces the files hold, by their hashes. A piece that cannot be read is one that is not there.
 * @throws the signal's reason.
 */
export async function checkPieces(content: Content, store: ContentStore, signal: AbortSignal): Promise<Bitfield> {
  const buffer = Buffer.allocUnsafeSlow(Math.min(SLICE, content.pieceLength));
  const pieces = new Bitfield(content.pieceCount);
  for (let piece = 0; piece < content.pieceCount; piece += 1) {
    signal.throwIfAborted();
    if (await matches(content, store, piece, buffer)) pieces.add(piece);
  }
  return pieces;
}

async function matches(content: Content, store: ContentStore, piece: number, buffer: Buffer): Promise<boolean> {
  const hash = createHash("sha1");
  const start = piece * content.pieceLength;
  const end = start + lengthOfPiece(content, piece);
  try {
    for (let at = start; at < end; at += buffer.length) {
      const slice = buffer.subarray(0, Math.min(buffer.length, end - at));
      await store.read(at, slice);
      hash.update(slice);
    }
  } catch {
    // A file that is missing fails without waiting for the disk: let others have their turn.
    await turn();
    return false;
  }
  return hash.digest().equals(hashOfPiece(content, piece));
}
