import type { JournalLineOf } from "../api/journal.ts";
import type { Role, TorrentInfo } from "../api/words.ts";
import { noteChange } from "./change.ts";
import { entry, lookup, put } from "./dictionary.ts";
import { noteSettings } from "./knobs.ts";
import { isOrdered, partsOf } from "./live.ts";
import { metainfoLimits } from "./metainfo-limits.ts";
import { noteMissing } from "./missing.ts";
import { isPeer } from "./peers.ts";
import {
  type NodeModel,
  type NodeTorrentModel,
  newNode,
  newNodeTorrent,
  newTorrent,
  RETIRED_KEPT,
  type SwarmModel,
} from "./state.ts";

type PlannedNode = JournalLineOf<"run">["nodes"][number];

/** What the lab consists of from now on: nodes and torrents that are not in it are forgotten. */
export function applyRun(model: SwarmModel, line: JournalLineOf<"run">): void {
  const { lab, runtime, profile, startedAt, tracker } = line;
  model.stopping = false;
  model.run = { lab, run: line.run, runtime, profile, startedAt, tracker };
  for (const info of line.torrents) share(model, info, line.t);
  const named = new Set(line.nodes.map((node) => node.node));
  for (const node of Object.values(model.nodes)) if (!named.has(node.name)) remove(model, node);
  forgetGone(model);
  for (const planned of line.nodes) {
    const node = lookup(model.nodes, planned.node) ?? addNode(model, planned.node, planned.role, line.t);
    node.role = planned.role;
    node.group = planned.group;
    noteSettings(model, node, planned.settings);
    takeOrders(model, node, planned);
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
  for (const { torrent: part } of partsOf(model, line.torrent)) retire(part);
  noteChange(model, "retired", torrent.info.name);
  const retired = Object.values(model.torrents).filter((one) => one.retired);
  for (const old of retired.slice(0, -RETIRED_KEPT)) forgetTorrent(model, old.info.infoHash);
}

function remove(model: SwarmModel, node: NodeModel): void {
  delete model.nodes[node.name];
  if (isPeer(node)) noteChange(model, "removed", node.name);
}

/** What one of the same name gave before was not given by this one. */
function addNode(model: SwarmModel, name: string, role: Role, t: number): NodeModel {
  for (const { given } of Object.values(model.torrents)) delete given[name];
  return entry(model.nodes, name, () => newNode(name, role, t));
}

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

function takeOrders(model: SwarmModel, node: NodeModel, { seeds, fetches }: PlannedNode): void {
  for (const [duty, hashes] of [["seed", seeds] as const, ["fetch", fetches] as const])
    for (const infoHash of hashes) {
      const torrent = lookup(model.torrents, infoHash);
      if (!torrent) continue;
      const part = entry(node.torrents, infoHash, () => newNodeTorrent(duty, torrent.info));
      part.duty = duty;
      // It will check it first. One that left when it was complete does not come back for it.
      if (duty === "fetch" && !isOrdered(part)) part.state = "checking";
    }
  for (const [infoHash, part] of Object.entries(node.torrents)) {
    if (part.state === "retired" || seeds.includes(infoHash) || fetches.includes(infoHash)) continue;
    retire(part);
    noteChange(model, "orders", node.name);
  }
}

/** Nodes say so themselves a moment later, but not those that do not run now. */
function retire(part: NodeTorrentModel): void {
  part.state = "retired";
  part.error = null;
}
