import { open } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { hasCode } from "../../errors.ts";
import type { LogLine, LogQuery } from "../runtime.ts";

const POLL = 200;
const CHUNK = 64 * 1024;

interface Tail {
  readonly node: string;
  readonly file: string;
  position: number;
  rest: string;
}

/**
 * Lines of log files, a file a node; follows them as they grow.
 * @param goesOn whether there may be more to follow.
 */
export async function* readLogs(
  sources: readonly { node: string; file: string }[],
  query: LogQuery,
  goesOn: () => boolean,
): AsyncGenerator<LogLine> {
  const tails: Tail[] = sources.map((source) => ({ ...source, position: 0, rest: "" }));
  for (const tail of tails) {
    const lines: LogLine[] = [];
    for await (const line of grown(tail)) lines.push(line);
    yield* query.tail === undefined ? lines : lines.slice(Math.max(0, lines.length - query.tail));
  }
  while (query.follow && !query.signal?.aborted && goesOn()) {
    for (const tail of tails) yield* grown(tail);
    await delay(POLL, undefined, query.signal ? { signal: query.signal } : {}).catch(() => {});
  }
  yield* tails.filter((tail) => tail.rest !== "").map((tail) => ({ node: tail.node, text: tail.rest }));
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
      const lines = (tail.rest + buffer.toString("utf8", 0, bytesRead)).split("\n");
      tail.rest = lines.pop() ?? "";
      yield* lines.map((text) => ({ node: tail.node, text }));
    }
  } finally {
    await file.close();
  }
}
