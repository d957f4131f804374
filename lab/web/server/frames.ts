import { constants, deflateRawSync } from "node:zlib";

/**
 * A gzip stream (RFC 1952) made of parts that are compressed once for all tabs: each part is a run of deflate blocks
 * (RFC 1951) that ends on a byte and looks back into nothing but itself, so parts can follow each other in any stream.
 * The stream never ends, so nobody waits for its checksum.
 */
export const gzipHead: Buffer = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/** Text in both forms in which a tab may take it. */
export interface Frame {
  readonly plain: Buffer;
  readonly deflated: Buffer;
}

/** @param level of zlib, 1–9. */
export function frame(text: string, level = 6): Frame {
  const plain = Buffer.from(text);
  return { plain, deflated: deflateRawSync(plain, { level, finishFlush: constants.Z_SYNC_FLUSH }) };
}

/** One server-sent event; `data` has no line break. */
export function eventText(event: string, id: string, data: string): string {
  return `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;
}
