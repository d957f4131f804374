import type { ConnectionSample, TorrentSample } from "../api/facts.ts";
import type { JournalLineOf } from "../api/journal.ts";
import { forgetHolders } from "./availability.ts";
import { connectionTo } from "./connection.ts";
import { lookup } from "./dictionary.ts";
import { advance, type SampleClock, tick } from "./meter.ts";
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
    // In error it serves while it has connections, which the sample tells.
    if (part.state === "error") forgetHolders(model, counters.torrent);
    takeCounters(part, counters, node.clock);
    for (const row of counters.peers) takeConnection(model, part, row, node.clock);
  }
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
  clock: SampleClock,
): void {
  // The last word on a closed connection has no flags; of a stranger that is gone nothing is kept.
  if (flags === "" && !lookup(part.connections, peer)) return;
  const connection = connectionTo(model, part, peer, clock.at);
  if (!connection) return;
  connection.downloaded = advance(connection.downloaded, downloaded, clock);
  connection.uploaded = advance(connection.uploaded, uploaded, clock);
  if (flags !== "") connection.open = true;
  connection.flags = flags;
  connection.unchoked = /[U?]/.test(flags);
  connection.optimistic = flags.includes("O");
}
