import type { JournalLineOf } from "../api/journal.ts";
import { lookup } from "./dictionary.ts";
import type { SwarmModel, TrackerModel } from "./state.ts";

/** Seconds of one slice of the count of recent announces. */
const SLICE = 5;
const MINUTE = 60;

export function applyAnnounce(model: SwarmModel, line: JournalLineOf<"announce">): void {
  const torrent = lookup(model.torrents, line.torrent);
  if (!torrent) return;
  const { tracker } = torrent;
  tracker.announces += 1;
  tracker.complete = line.complete;
  tracker.incomplete = line.incomplete;
  countRecent(tracker, line.t);
}

export function applyExpired(model: SwarmModel, line: JournalLineOf<"peer-expired">): void {
  const torrent = lookup(model.torrents, line.torrent);
  if (!torrent) return;
  torrent.tracker.complete = line.complete;
  torrent.tracker.incomplete = line.incomplete;
}

/** Announces of the last minute before `now`, to 5 s. */
export function announcesPerMinute(tracker: TrackerModel, now: number): number {
  return tracker.recent.reduce((sum, [start, count]) => (start > now - MINUTE ? sum + count : sum), 0);
}

function countRecent(tracker: TrackerModel, t: number): void {
  const start = Math.floor(t / SLICE) * SLICE;
  const newest = tracker.recent.at(-1);
  if (newest && newest[0] >= start) newest[1] += 1;
  else tracker.recent.push([start, 1]);
  if (tracker.recent.length > MINUTE / SLICE) tracker.recent.shift();
}
