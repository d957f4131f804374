import type { JournalLineOf } from "../api/journal.ts";
import type { TorrentInfo } from "../api/words.ts";
import { entry, lookup, put } from "./dictionary.ts";
import { noteSettings } from "./knobs.ts";
import { partsOf } from "./live.ts";
import { metainfoLimits } from "./metainfo-limits.ts";
import { noteMissing } from "./missing.ts";
import { type NodeModel, newNode, newNodeTorrent, newTorrent, RETIRED_KEPT, type SwarmModel } from "./state.ts";

/** What others keep of nodes that are gone: of a lab in which peers come and go it would become more and more. */
function forgetGone(model: SwarmModel): void {
  const isGone = (name: string) => !lookup(model.nodes, name);
  for (const { given } of Object.values(model.torrents))
    for (const [giver, takers] of Object.entries(given)) {
      for (const taker of Object.keys(takers)) if (isGone(taker)) delete takers[taker];
      // What it gave to those who stay is still where they have it from.
      if (Object.keys(takers).length === 0) delete given[giver];
    }
  for (const { torrents } of Object.values(model.nodes))
    for (const { connections } of Object.values(torrents))
      for (const [peer, { open }] of Object.entries(connections)) if (!open && isGone(peer)) delete connections[peer];
}

/** What the lab consists of from now on: nodes and torrents that are not in it are forgotten. */
export function applyRun(model: SwarmModel, line: JournalLineOf<"run">): void {
  const { lab, runtime, profile, startedAt, tracker } = line;
  model.stopping = false;
  model.run = { lab, run: line.run, runtime, profile, startedAt, tracker };
  for (const info of line.torrents) share(model, info, line.t);
  const named = new Set(line.nodes.map((node) => node.node));
  for (const name of Object.keys(model.nodes)) if (!named.has(name)) delete model.nodes[name];
  forgetGone(model);
  for (const planned of line.nodes) {
    const node = entry(model.nodes, planned.node, () => newNode(planned.node, planned.role, line.t));
    node.role = planned.role;
    node.group = planned.group;
    noteSettings(model, node, planned.settings, line.t);
    takeOrders(model, node, planned.seeds, planned.fetches);
  }
  noteMissing(model, line.t);
}

export function applyTorrentAdded(model: SwarmModel, line: JournalLineOf<"torrent-added">): void {
  share(model, line.info, line.t);
}

export function applyTorrentRetired(model: SwarmModel, line: JournalLineOf<"torrent-retired">): void {
  const torrent = lookup(model.torrents, line.torrent);
  if (!torrent) return;
  delete model.torrents[line.torrent];
  put(model.torrents, line.torrent, { ...torrent, retired: true, missingSince: null });
  // Nodes say so themselves a moment later, but not those that do not run now.
  for (const { torrent: part } of partsOf(model, line.torrent)) Object.assign(part, { state: "retired", error: null });
  const retired = Object.values(model.torrents).filter((one) => one.retired);
  for (const old of retired.slice(0, -RETIRED_KEPT)) forgetTorrent(model, old.info.infoHash);
}

/** A .torrent file holds 20 bytes a piece. */
const MOST_PIECES = metainfoLimits.fileSize / 20;

function share(model: SwarmModel, info: TorrentInfo, t: number): void {
  // Every node gets a bit for each piece: a journal that was edited by hand must not take all memory.
  if (!(info.pieceCount <= MOST_PIECES)) return;
  const torrent = entry(model.torrents, info.infoHash, () => newTorrent(info, t));
  if (torrent.retired) torrent.addedAt = t;
  torrent.retired = false;
}

function forgetTorrent(model: SwarmModel, infoHash: string): void {
  delete model.torrents[infoHash];
  for (const node of Object.values(model.nodes)) delete node.torrents[infoHash];
}

function takeOrders(model: SwarmModel, node: NodeModel, seeds: string[], fetches: string[]): void {
  for (const [duty, hashes] of [["seed", seeds] as const, ["fetch", fetches] as const])
    for (const infoHash of hashes) {
      const torrent = lookup(model.torrents, infoHash);
      if (torrent) entry(node.torrents, infoHash, () => newNodeTorrent(duty, torrent.info)).duty = duty;
    }
}
