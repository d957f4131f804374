import type { ServerResponse } from "node:http";
import type { Journal } from "./journal.ts";
import type { StoredLine } from "./journal-file.ts";

/** Viewers of the journal: server-sent events whose id is the line's `seq`. */
export interface Events {
  /**
   * Sends a snapshot of the model and then every line; with `after`, every line after that one and no snapshot, unless
   * the lines between are not known any more.
   */
  watch(response: ServerResponse, after: number | undefined): Promise<void>;
  /** Tells a new line to all. */
  tell(line: StoredLine): void;
  close(): void;
}

/** A write a line and viewer would cost more than all the rest. */
const BATCH_MS = 50;
const ALIVE_MS = 15_000;
const VIEWERS = 100;
/** A viewer that leaves so many bytes unread is cut off: it comes back with the last line it read. */
const UNREAD_LIMIT = 16 << 20;
/** Past lines are sent in pieces of about this size, as fast as the viewer reads. */
const PAST_CHARACTERS = 1 << 20;

/** @param journal asked for later, for the journal tells its lines here. */
export function openEvents(journal: () => Journal, { unreadLimit = UNREAD_LIMIT } = {}): Events {
  const viewers = new Set<ServerResponse>();
  let batch: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const alive = setInterval(() => send(": alive\n\n"), ALIVE_MS);
  alive.unref();

  return {
    async watch(response, after) {
      if (viewers.size >= VIEWERS) return void response.writeHead(503).end();
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store" });
      response.on("close", () => viewers.delete(response));
      const from = after === undefined || after > journal().model.seq ? undefined : await sendPast(response, after);
      if (from === undefined) join(response, snapshot(journal()));
    },
    tell(line) {
      if (viewers.size === 0) return;
      batch.push(frame(line));
      timer ??= setTimeout(flush, BATCH_MS);
    },
    close() {
      clearInterval(alive);
      flush();
      for (const viewer of viewers) viewer.end();
    },
  };

  /** Sends all lines after `after` and joins the viewers; `undefined` when that is not possible. */
  async function sendPast(response: ServerResponse, after: number): Promise<"joined" | undefined> {
    let last = after;
    while (!response.destroyed) {
      const recent = journal().recent.after(last);
      const lines = recent ?? (await stored(last));
      if (recent?.length === 0 || (recent && lengthOf(recent) < PAST_CHARACTERS)) {
        join(response, recent.map(frame).join(""));
        return "joined";
      }
      const piece = firstPiece(lines);
      if (piece[0]?.seq !== last + 1) return undefined;
      last = piece.at(-1)?.seq ?? last;
      if (!response.write(piece.map(frame).join(""))) await drained(response);
    }
    return "joined";
  }

  async function stored(after: number): Promise<readonly StoredLine[]> {
    await journal().file.flush();
    return journal().file.readAfter(after);
  }

  /** Nothing may come between `text` and the next batch: what waits is for those who were here before. */
  function join(response: ServerResponse, text: string): void {
    flush();
    response.write(text === "" ? ": alive\n\n" : text);
    if (!response.destroyed) viewers.add(response);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const text = batch.join("");
    batch = [];
    if (text !== "") send(text);
  }

  function send(text: string): void {
    const bytes = Buffer.from(text);
    for (const viewer of viewers) {
      if (viewer.writableLength > unreadLimit) viewer.destroy();
      else viewer.write(bytes);
    }
  }
}

function frame({ seq, json }: StoredLine): string {
  return `id: ${seq}\ndata: ${json}\n\n`;
}

function snapshot({ model }: Journal): string {
  return `event: snapshot\nid: ${model.seq}\ndata: ${JSON.stringify(model)}\n\n`;
}

function firstPiece(lines: readonly StoredLine[]): readonly StoredLine[] {
  let characters = 0;
  const end = lines.findIndex((line) => {
    characters += line.json.length;
    return characters > PAST_CHARACTERS;
  });
  return end < 0 ? lines : lines.slice(0, end + 1);
}

function lengthOf(lines: readonly StoredLine[]): number {
  return lines.reduce((sum, line) => sum + line.json.length, 0);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once("drain", resolve);
    response.once("close", resolve);
  });
}
