import type { JournalBody, JournalLine, JournalLineOf } from "../api/journal.ts";
import { applyCommand, applyNode, applyRelease, applySettings } from "./apply-node.ts";
import {
  applyBanned,
  applyChoke,
  applyConnected,
  applyHashFailed,
  applyHave,
  applyInterest,
  applyLeft,
  applyTorrent,
  applyTrackerAnswer,
  applyTrackerError,
} from "./apply-peer.ts";
import { applyRun, applyTorrentAdded, applyTorrentRetired } from "./apply-run.ts";
import { applySample } from "./apply-sample.ts";
import { applyAnnounce, applyExpired } from "./apply-tracker.ts";
import { noteLine } from "./availability.ts";
import type { SwarmModel } from "./state.ts";

export type {
  ChokeEvent,
  ConnectionModel,
  NodeModel,
  NodeTorrentModel,
  SwarmModel,
  TorrentModel,
} from "./state.ts";
export { emptyModel } from "./state.ts";

/**
 * Takes one line of the journal into the model, in place: a copy a line would cost more than the swarm. Lines must come
 * in order. What does not fit (an unknown torrent, a piece out of range) is left out, never an error: a journal may be
 * cut, and a fact may arrive after its torrent was retired.
 */
export function apply(model: SwarmModel, line: JournalLine): void {
  model.seq = line.seq;
  model.t = Math.max(model.t, line.t);
  const reduce = reducers[line.type] as (model: SwarmModel, line: JournalLine) => void;
  reduce(model, line);
  noteLine(model, line);
}

/** A new type of line does not compile before it is decided what it changes. */
const reducers: { [T in JournalBody["type"]]: (model: SwarmModel, line: JournalLineOf<T>) => void } = {
  run: applyRun,
  "torrent-added": applyTorrentAdded,
  "torrent-retired": applyTorrentRetired,
  node: applyNode,
  settings: applySettings,
  release: applyRelease,
  command: applyCommand,
  stopping: (model) => {
    model.stopping = true;
  },
  sample: applySample,
  torrent: applyTorrent,
  have: applyHave,
  "hash-failed": applyHashFailed,
  banned: applyBanned,
  choke: applyChoke,
  unchoke: applyChoke,
  interested: applyInterest,
  "not-interested": applyInterest,
  "peer-connected": applyConnected,
  "peer-left": applyLeft,
  "tracker-answer": applyTrackerAnswer,
  "tracker-error": applyTrackerError,
  announce: applyAnnounce,
  "peer-expired": applyExpired,
  scrape: nothing,
  mark: nothing,
};

/** Lines that only tell a story. */
function nothing(): void {}
