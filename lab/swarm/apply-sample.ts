import type { ConnectionSample, TorrentSample } from "../api/facts.ts";
import type { JournalLineOf } from "../api/journal.ts";
import { forgetHolders } from "./availability.ts";
import { connectionTo, noteChoke } from "./connection.ts";
import { lookup } from "./dictionary.ts";
import { serves } from "./live.ts";
import { advance, type SampleClock, tick } from "./meter.ts";
import { noteMissingOf } from "./missing.ts";
import type { NodeTorrentModel, SwarmModel } from "./state.ts";

/** A node's counters. Costs what changed: connections that are not in the sample are not touched. */
export function applySample(model: SwarmModel, line: JournalLineOf<"sample">): void {
  const node = lookup(model.nodes, line.node);
  if (!node) return;
  node.clock = tick(node.clock, line.t);
  node.memory = line.memory;
  node.load = line.load;
  for (const counters of line.torrents) {
    const part = lookup(node.torrents, counters.torrent);
    if (!part) continue;
    const served = serves({ node, torrent: part });
    takeCounters(part, counters, node.clock);
    // In error it serves while it has connections, which the sample tells.
    if (serves({ node, torrent: part }) !== served) noteServing(model, counters.torrent, line.t);
    for (const row of counters.peers) takeConnection(model, part, row, { clock: node.clock, t: line.t });
  }
}

function noteServing(model: SwarmModel, infoHash: string, t: number): void {
  forgetHolders(model, infoHash);
  const torrent = lookup(model.torrents, infoHash);
  if (torrent) noteMissingOf(model, torrent, t);
}

function takeCounters(part: NodeTorrentModel, counters: TorrentSample, clock: SampleClock): void {
  part.connected = counters.connected;
  part.downloaded = advance(part.downloaded, counters.downloaded, clock);
  part.uploaded = advance(part.uploaded, counters.uploaded, clock);
  part.wasted = advance(part.wasted, counters.wasted, clock);
}

function takeConnection(
  model: SwarmModel,
  part: NodeTorrentModel,
  [peer, downloaded, uploaded, flags]: ConnectionSample,
  { clock, t }: { clock: SampleClock; t: number },
): void {
  // The last word on a closed connection has no flags; of a stranger that is gone nothing is kept.
  if (flags === "" && !lookup(part.connections, peer)) return;
  const connection = connectionTo(model, part, peer, clock.at);
  if (!connection) return;
  connection.downloaded = advance(connection.downloaded, downloaded, clock);
  connection.uploaded = advance(connection.uploaded, uploaded, clock);
  if (flags !== "") connection.open = true;
  connection.flags = flags;
  const unchoked = /[U?]/.test(flags);
  const optimistic = flags.includes("O");
  // Who stays unchoked and changes slots is told nothing on the wire, so no fact says it.
  if (unchoked && connection.unchoked && optimistic !== connection.optimistic)
    noteChoke(part, { t, peer, type: optimistic ? "optimistic" : "unchoke" });
  connection.unchoked = unchoked;
  connection.optimistic = optimistic;
}
