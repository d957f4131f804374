import type { Fact } from "../../api/facts.ts";
import { messageOf } from "../../errors.ts";
import type { AnnounceCounters, Torrent } from "./webtorrent-client.ts";

/** When a torrent is announced: as the tracker asks, soon again when it does not answer, and on command. */
export interface Announcer {
  now(): void;
  stop(): void;
}

export interface AnnouncerOptions {
  /** What goes with every announce; webtorrent has none left for the last one, as it gives up a torrent before it says so. */
  counters(): AnnounceCounters;
  /** The torrent was whole from the start: that is no completion (BEP 3). */
  readonly complete: boolean;
  report(fact: Fact): void;
}

/** Seconds. A tracker may ask for anything; one that asks for nothing is asked again after a minute. */
const INTERVAL = { least: 1, unsaid: 60, most: 3600 };
/** A tracker that comes back hears from everybody within ten seconds. */
const RETRY = { first: 1, most: 7.5 };

/**
 * Times a torrent's announces after the first, which webtorrent makes when the torrent is ready: call this then.
 * Its tracker client alone would try again after half an hour when the tracker is not there yet.
 */
export function announce(torrent: Torrent, { counters, complete, report }: AnnouncerOptions): Announcer {
  const { discovery, infoHash } = torrent;
  const { tracker } = discovery;
  let answered = false;
  /** webtorrent announced that the download is complete, once, and the tracker did not answer. */
  let completionOwed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let asked: number | undefined;

  tracker._getAnnounceOpts = counters;
  if (complete) discovery.complete = () => {};
  tracker.on("interval", (seconds: number) => {
    asked = seconds;
  });
  tracker.on("announced", (event: string | undefined, error: unknown) => {
    if (event === "completed") completionOwed = Boolean(error);
  });
  tracker.on("update", (answer: { complete?: unknown; incomplete?: unknown }) => {
    answered = true;
    failures = 0;
    const interval = clamp(asked);
    report({
      type: "tracker-answer",
      torrent: infoHash,
      complete: countOf(answer.complete),
      incomplete: countOf(answer.incomplete),
      interval,
    });
    schedule(completionOwed ? 0 : interval);
  });
  tracker.on("warning", (error: unknown) => {
    report({ type: "tracker-error", torrent: infoHash, error: messageOf(error).slice(0, 1000) });
    const wait = Math.min(RETRY.most, RETRY.first * 2 ** failures);
    failures += 1;
    schedule(wait * (0.75 + Math.random() / 2));
  });
  return { now, stop: () => clearTimeout(timer) };

  function now(): void {
    clearTimeout(timer);
    if (torrent.destroyed) return;
    // A tracker that has not heard of us yet is owed the `started` event, whenever it comes to life.
    if (!answered) tracker.start();
    else if (completionOwed) completeAgain();
    else tracker.update();
  }

  /** Trackers count downloads by that event, which comes once (BEP 3): after an update it would be missing for good. */
  function completeAgain(): void {
    completionOwed = false;
    tracker.complete();
  }

  function schedule(seconds: number): void {
    clearTimeout(timer);
    timer = setTimeout(now, seconds * 1000);
  }
}

function clamp(seconds: number | undefined): number {
  if (seconds === undefined || !Number.isFinite(seconds)) return INTERVAL.unsaid;
  return Math.min(INTERVAL.most, Math.max(INTERVAL.least, seconds));
}

function countOf(value: unknown): number {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0;
}
