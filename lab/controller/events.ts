import type { ServerResponse } from "node:http";
import type { Journal } from "./journal.ts";
import type { StoredLine } from "./journal-lines.ts";
import { frame, sendPast } from "./past.ts";

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

/**
 * A write a line and viewer would cost more than all the rest. Nodes report on a common beat: so long after the first of
 * them all have been heard.
 */
const BATCH_MS = 100;
const ALIVE_MS = 15_000;
const VIEWERS = 100;
/** A viewer that leaves so many bytes unread is cut off: it comes back with the last line it read. */
const UNREAD_LIMIT = 16 << 20;

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
      const last = after === undefined ? undefined : await sendPast(journal(), response, after);
      const rest = last === undefined ? undefined : journal().recent.after(last);
      join(response, rest ? rest.map(frame).join("") : snapshot(journal()));
    },
    tell(line) {
      if (viewers.size === 0) return;
      batch.push(frame(line));
      timer ??= setTimeout(writeAndFlush, BATCH_MS);
    },
    close() {
      clearInterval(alive);
      flush();
      for (const viewer of viewers) viewer.end();
    },
  };

  /** Nothing may come between `text` and the next batch: what waits is for those who were here before. */
  function join(response: ServerResponse, text: string): void {
    flush();
    response.write(text === "" ? ": alive\n\n" : text);
    if (!response.destroyed) viewers.add(response);
  }

  /** After a crash the numbers of lines that were not on disk are given to others: viewers would miss those. */
  function writeAndFlush(): void {
    void journal().file.flush().then(flush);
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

function snapshot({ model }: Journal): string {
  return `event: snapshot\nid: ${model.seq}\ndata: ${JSON.stringify(model)}\n\n`;
}
