import type { ServerResponse } from "node:http";
import type { JournalLine } from "../../api/journal.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { batchWriter } from "../picture/batch.ts";
import { packPicture } from "../picture/pack.ts";
import { emptyPicture, type Picture, takeLine } from "../picture/picture.ts";
import { eventText, type Frame, frame, gzipHead } from "./frames.ts";
import type { Grant } from "./tokens.ts";

/** The picture of the lab, and every tab that looks at it. */
export interface Hub {
  readonly picture: Picture;
  /** Starts over from what the controller says, without the picture's memory of what was before. */
  reset(swarm: SwarmModel): void;
  take(line: JournalLine): void;
  /** Whether the controller answers; tabs show it. */
  setConnected(connected: boolean): void;
  /** Adds a tab: it goes on after the last event that it saw, if that is still possible. */
  open(tab: ServerResponse, options: TabOptions): void;
  readonly tabs: number;
  /** Pictures that were sent, to tabs that came and to those that could not go on. */
  readonly picturesSent: number;
  /** Ends every tab's stream; they come back by themselves. */
  dropTabs(): void;
  close(): void;
}

/** Three times a second: smooth for the eye, and batches are large enough to compress. */
const BATCH_MS = 333;
/** After so long a tab whose stream was cut comes back. */
const RETRY_MS = 1000;
const HEARTBEAT_MS = 10_000;
/** Batches that are kept for tabs that were away for a moment, and how long after the last tab left. */
const KEPT = 120;
const LINGER_MS = KEPT * BATCH_MS;
/** Batches on top of an older picture that a new tab takes: a class that opens the page at once costs a picture in 2 s. */
const MOST_ON_TOP = 6;
/** Somebody waits for a picture: a quarter of the time for half as much again. Batches are small, and go to all. */
const FASTEST = 1;
/** A tab that has not read so much is dropped; it comes back on its own and gets a fresh picture. */
const MOST_UNREAD = 8 << 20;

export interface TabOptions {
  readonly gzip: boolean;
  /** The `id` of the last event that it saw; empty for a new tab. */
  readonly lastId: string;
  readonly grant: Grant;
}

export interface HubOptions {
  readonly batchMs?: number;
  readonly heartbeatMs?: number;
  /** Bytes. */
  readonly mostUnread?: number;
}

interface Tab {
  readonly response: ServerResponse;
  readonly gzip: boolean;
}

interface Sent {
  readonly before: string;
  readonly frame: Frame;
}

interface Snapshot {
  readonly at: string;
  readonly frame: Frame;
}

export function createHub(options: HubOptions = {}): Hub {
  const { batchMs = BATCH_MS, heartbeatMs = HEARTBEAT_MS, mostUnread = MOST_UNREAD } = options;
  const tabs = new Set<Tab>();
  const writer = batchWriter();
  let picture = emptyPicture();
  let connected = false;
  let kept: Sent[] = [];
  let snapshot: Snapshot | undefined;
  let epoch = 0;
  let picturesSent = 0;
  let recording = false;
  let lastLeft: NodeJS.Timeout | undefined;

  /** Names the point in the stream: which start over, which line. */
  const position = () => `${epoch}.${picture.swarm.run?.run ?? ""}.${picture.swarm.seq}`;

  const greeting = (grant: Grant) => frame(`retry: ${RETRY_MS}\nevent: grant\ndata: ${grant}\n\n`);
  const state = () => frame(`event: connected\ndata: ${connected}\n\n`);

  function flush(): void {
    const batch = writer.take();
    if (!batch) return;
    const before = `${epoch}.${picture.swarm.run?.run ?? ""}.${batch.after}`;
    const sent = frame(eventText("lines", position(), JSON.stringify(batch)));
    kept.push({ before, frame: sent });
    if (kept.length > KEPT) kept.shift();
    broadcast(sent);
  }

  function dropTabs(): void {
    for (const tab of tabs) tab.response.destroy();
  }

  function broadcast(sent: Frame): void {
    for (const tab of tabs) send(tab, sent);
  }

  function send(tab: Tab, { plain, deflated }: Frame): void {
    if (tab.response.writableLength > mostUnread) tab.response.destroy();
    else tab.response.write(tab.gzip ? deflated : plain);
  }

  function missed(lastId: string): Frame[] | undefined {
    if (lastId === position()) return [];
    const first = kept.findIndex((one) => one.before === lastId);
    return first < 0 ? undefined : kept.slice(first).map((one) => one.frame);
  }

  /** The newest picture and what came after it; a new one once that is much. */
  function wholePicture(): Frame[] {
    const onTop = snapshot && missed(snapshot.at);
    if (snapshot && onTop && onTop.length <= MOST_ON_TOP) return [snapshot.frame, ...onTop];
    const at = position();
    snapshot = { at, frame: frame(eventText("picture", at, JSON.stringify(packPicture(picture))), FASTEST) };
    return [snapshot.frame];
  }

  const batches = setInterval(flush, batchMs);
  // An event and no comment: a page hears nothing of comments, and could not tell a quiet lab from a dead connection.
  const heartbeats = setInterval(() => broadcast(frame("event: alive\ndata: 1\n\n")), heartbeatMs);

  return {
    get picture() {
      return picture;
    },
    get picturesSent() {
      return picturesSent;
    },
    dropTabs,
    get tabs() {
      return tabs.size;
    },
    reset(swarm) {
      writer.take();
      picture = emptyPicture(swarm);
      epoch = Date.now();
      kept = [];
      snapshot = undefined;
      if (tabs.size > 0) for (const one of wholePicture()) broadcast(one);
    },
    take(line) {
      if (line.seq <= picture.swarm.seq) return;
      if (recording) writer.add(line, picture.swarm);
      takeLine(picture, line);
    },
    setConnected(value) {
      if (connected === value) return;
      connected = value;
      broadcast(state());
    },
    open(response, { gzip, lastId, grant }) {
      flush();
      const tab = { response, gzip };
      if (gzip) response.write(gzipHead);
      const rest = missed(lastId);
      if (!rest) picturesSent += 1;
      const frames = [greeting(grant), state(), ...(rest ?? wholePicture())];
      for (const one of frames) send(tab, one);
      tabs.add(tab);
      recording = true;
      clearTimeout(lastLeft);
      response.once("close", () => {
        tabs.delete(tab);
        if (tabs.size === 0) lastLeft = setTimeout(stopRecording, LINGER_MS).unref();
      });
    },
    close() {
      clearInterval(batches);
      clearInterval(heartbeats);
      clearTimeout(lastLeft);
      dropTabs();
    },
  };

  /** Without tabs nothing is encoded, once those that left can no longer expect to go on. */
  function stopRecording(): void {
    recording = false;
    kept = [];
    snapshot = undefined;
    writer.take();
  }
}
