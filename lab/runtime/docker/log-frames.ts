/** A line of a container with the engine's time stamp (RFC 3339; Docker's in UTC, Podman's with its offset), which sorts as text. */
export interface StampedLine {
  readonly stamp: string;
  readonly text: string;
}

const HEADER_BYTES = 8;

/**
 * The lines in an engine's log stream: frames of an 8-byte header (stream, three zeros, length as 32 bits big-endian) and
 * a payload. Frames may be cut anywhere, lines may go over several frames, and both streams may be open at once.
 */
export async function* logLines(chunks: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<StampedLine> {
  let pending: Buffer = Buffer.alloc(0);
  const open = new Map<number, Buffer[]>();
  for await (const chunk of chunks) {
    pending = pending.length ? Buffer.concat([pending, chunk]) : chunk;
    let offset = 0;
    while (pending.length - offset >= HEADER_BYTES) {
      const end = offset + HEADER_BYTES + pending.readUInt32BE(offset + 4);
      if (end > pending.length) break;
      yield* finished(open, pending.readUInt8(offset), pending.subarray(offset + HEADER_BYTES, end));
      offset = end;
    }
    pending = pending.subarray(offset);
  }
  for (const parts of open.values()) if (parts.length) yield stamped(Buffer.concat(parts));
}

/** Lines that end within `payload`; the rest is kept for the frame that goes on. */
function* finished(open: Map<number, Buffer[]>, stream: number, payload: Buffer): Generator<StampedLine> {
  const parts = open.get(stream) ?? [];
  let start = 0;
  for (let end = payload.indexOf(10); end !== -1; end = payload.indexOf(10, start)) {
    yield stamped(Buffer.concat([...parts.splice(0), payload.subarray(start, end)]));
    start = end + 1;
  }
  if (start < payload.length) parts.push(payload.subarray(start));
  open.set(stream, parts);
}

function stamped(line: Buffer): StampedLine {
  const text = line.toString("utf8");
  const space = text.indexOf(" ");
  return { stamp: text.slice(0, space), text: text.slice(space + 1).replace(/\r$/, "") };
}

/** The moment after `stamp` as an engine's `since`: seconds with nanoseconds. */
export function justAfter(stamp: string): string {
  const [, seconds = "", fraction = "0", zone = "Z"] = /^([^.]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(stamp) ?? [];
  const next = BigInt(fraction.padEnd(9, "0").slice(0, 9)) + 1n;
  const whole = BigInt(Date.parse(`${seconds}${zone}`) / 1000) + next / 1_000_000_000n;
  return `${whole}.${String(next % 1_000_000_000n).padStart(9, "0")}`;
}
