import type { JournalLineOf } from "../api/journal.ts";
import { noteHolder } from "./availability.ts";
import { closeConnection, connectionTo, noteChoke } from "./connection.ts";
import { type Dictionary, entry, lookup, put } from "./dictionary.ts";
import { isComplete } from "./live.ts";
import { noteMissingOf } from "./missing.ts";
import { addPiece, piecesFromHex } from "./pieces.ts";
import { type NodeModel, type NodeTorrentModel, newNodeTorrent, type SwarmModel, type TorrentModel } from "./state.ts";

/** Senders of corrupt pieces that a node keeps a torrent. */
const CULPRITS_KEPT = 500;

export function applyTorrent(model: SwarmModel, line: JournalLineOf<"torrent">): void {
  const found = find(model, line);
  if (!found) return;
  const { torrent, part } = found;
  part.state = line.state;
  part.error = line.state === "error" ? (line.error ?? "failed without a reason") : null;
  if (line.bitfield !== undefined) Object.assign(part, piecesFromHex(torrent.info.pieceCount, line.bitfield));
  noteCompletion(torrent, part, line.t);
  noteMissingOf(model, torrent, line.t);
}

export function applyHave(model: SwarmModel, line: JournalLineOf<"have">): void {
  const found = find(model, line);
  if (!found) return;
  const { node, torrent, part } = found;
  if (!addPiece(part.pieces, torrent.info.pieceCount, line.piece)) return;
  part.have += 1;
  noteHolder(model, { node, torrent: part }, line.torrent, line.piece);
  for (const giver of line.from) noteGift(torrent, giver.peer, line.node, giver.bytes);
  noteCompletion(torrent, part, line.t);
  if (torrent.missingSince !== null) noteMissingOf(model, torrent, line.t);
}

export function applyHashFailed(model: SwarmModel, line: JournalLineOf<"hash-failed">): void {
  const found = find(model, line);
  if (found) found.part.hashFailures += 1;
}

export function applyBanned(model: SwarmModel, line: JournalLineOf<"banned">): void {
  const corrupt = find(model, line)?.part.corrupt;
  if (!corrupt) return;
  // A node that meets strangers without end must not fill the memory.
  if (!lookup(corrupt, line.peer) && Object.keys(corrupt).length >= CULPRITS_KEPT) return;
  put(corrupt, line.peer, { pieces: line.pieces, bannedUntil: line.t + line.seconds });
}

export function applyChoke(model: SwarmModel, line: JournalLineOf<"choke"> | JournalLineOf<"unchoke">): void {
  const found = find(model, line);
  if (!found) return;
  const connection = connectionTo(model, found.part, line.peer, line.t);
  const optimistic = line.type === "unchoke" && line.optimistic;
  if (connection) {
    connection.unchoked = line.type === "unchoke";
    connection.optimistic = optimistic;
  }
  noteChoke(found.part, { t: line.t, peer: line.peer, type: optimistic ? "optimistic" : line.type });
}

export function applyInterest(
  model: SwarmModel,
  line: JournalLineOf<"interested"> | JournalLineOf<"not-interested">,
): void {
  const found = find(model, line);
  if (!found) return;
  const connection = connectionTo(model, found.part, line.peer, line.t);
  if (connection) connection.interested = line.type === "interested";
}

export function applyConnected(model: SwarmModel, line: JournalLineOf<"peer-connected">): void {
  const found = find(model, line);
  if (!found) return;
  const connection = connectionTo(model, found.part, line.peer, line.t);
  if (!connection) return;
  if (!connection.open) connection.since = line.t;
  connection.open = true;
  const culprit = lookup(found.part.corrupt, line.peer);
  if (culprit) culprit.bannedUntil = Math.min(culprit.bannedUntil, line.t);
  connection.flags ||= line.incoming ? "I" : "";
  connection.client = line.client ?? connection.client;
}

export function applyLeft(model: SwarmModel, line: JournalLineOf<"peer-left">): void {
  const found = find(model, line);
  if (!found) return;
  closeConnection(found.part, line.peer, line.t);
  if (!lookup(model.nodes, line.peer)) delete found.part.connections[line.peer];
}

export function applyTrackerAnswer(model: SwarmModel, line: JournalLineOf<"tracker-answer">): void {
  const found = find(model, line);
  if (!found) return;
  found.part.announcedAt = line.t;
  found.part.trackerError = null;
  const { tracker } = found.torrent;
  tracker.answers += 1;
  tracker.complete = line.complete;
  tracker.incomplete = line.incomplete;
}

export function applyTrackerError(model: SwarmModel, line: JournalLineOf<"tracker-error">): void {
  const found = find(model, line);
  if (found) found.part.trackerError = line.error;
}

interface Found {
  node: NodeModel;
  torrent: TorrentModel;
  part: NodeTorrentModel;
}

function find(model: SwarmModel, line: { node: string; torrent: string }): Found | undefined {
  const node = lookup(model.nodes, line.node);
  const torrent = lookup(model.torrents, line.torrent);
  if (!node || !torrent) return undefined;
  const duty = node.role === "seeder" ? "seed" : "fetch";
  return { node, torrent, part: entry(node.torrents, line.torrent, () => newNodeTorrent(duty, torrent.info)) };
}

/** The first time is kept while the torrent stays whole; a check that finds pieces gone starts it over. */
function noteCompletion(torrent: TorrentModel, part: NodeTorrentModel, t: number): void {
  if (part.duty === "seed") return;
  if (!isComplete(part, torrent.info)) {
    if (part.state !== "retired") part.completedAt = null;
    return;
  }
  if (part.state !== "checking") part.completedAt ??= t;
}

function noteGift(torrent: TorrentModel, from: string, to: string, bytes: number): void {
  const row = entry<Dictionary<number>>(torrent.given, from, () => ({}));
  put(row, to, (lookup(row, to) ?? 0) + bytes);
}
