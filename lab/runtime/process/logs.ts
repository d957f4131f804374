import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../errors.ts";
import type { LogLine, LogQuery } from "../runtime.ts";

const POLL = 200;
const CHUNK = 64 * 1024;

export interface LogSource {
  readonly node: string;
  readonly file: string;
}

interface Tail extends LogSource {
  position: number;
  /** A read may end within a character. */
  readonly decoder: TextDecoder;
  rest: string;
}

/**
 * Lines of log files, a file a node; follows them as they grow.
 * @param sources the files there are now. It is asked in each round: nodes join, and following ends when all have left.
 */
export async function* readLogs(sources: () => readonly LogSource[], query: LogQuery): AsyncGenerator<LogLine> {
  const tails = new Map<string, Tail>();
  let listed = sources().map((source) => tailOf(tails, source));
  for (const tail of listed) {
    const lines: LogLine[] = [];
    for await (const line of grown(tail)) lines.push(line);
    yield* query.tail === undefined ? lines : lines.slice(Math.max(0, lines.length - query.tail));
  }
  while (query.follow && listed.length > 0) {
    await delay(POLL, undefined, query.signal ? { signal: query.signal } : {}).catch(() => {});
    if (query.signal?.aborted) break;
    const before = listed;
    listed = sources().map((source) => tailOf(tails, source));
    // Also of those that have left since: their last words.
    for (const tail of new Set([...before, ...listed])) yield* grown(tail);
  }
  for (const { node, rest, decoder } of tails.values()) {
    const text = rest + decoder.decode();
    if (text !== "") yield { node, text };
  }
}

/** One that comes back goes on where it was read to. */
function tailOf(tails: Map<string, Tail>, source: LogSource): Tail {
  const tail = tails.get(source.file) ?? {
    ...source,
    position: 0,
    decoder: new TextDecoder("utf-8", { ignoreBOM: true }),
    rest: "",
  };
  tails.set(source.file, tail);
  return tail;
}

/** The whole lines that were added since the last look. */
async function* grown(tail: Tail): AsyncGenerator<LogLine> {
  const file = await open(tail.file, "r").catch((error) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (!file) return;
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, tail.position);
      if (bytesRead === 0) return;
      tail.position += bytesRead;
      const text = tail.decoder.decode(buffer.subarray(0, bytesRead), { stream: true });
      const lines = (tail.rest + text).split("\n");
      tail.rest = lines.pop() ?? "";
      yield* lines.map((text) => ({ node: tail.node, text }));
    }
  } finally {
    await file.close();
  }
}
