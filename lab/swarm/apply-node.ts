import type { JournalLineOf } from "../api/journal.ts";
import { behaviourOf } from "./behaviour.ts";
import { noteChange } from "./change.ts";
import { closeConnection, restartConnection } from "./connection.ts";
import { entry, lookup } from "./dictionary.ts";
import { noteSettings } from "./knobs.ts";
import { restart } from "./meter.ts";
import { noteMissing } from "./missing.ts";
import { isPeer } from "./peers.ts";
import { list } from "./phrases.ts";
import { type NodeModel, newNode, type SwarmModel } from "./state.ts";

export function applyNode(model: SwarmModel, line: JournalLineOf<"node">): void {
  const node = entry(model.nodes, line.node, () => newNode(line.node, line.role ?? "leecher", line.t));
  if (line.peerId !== undefined) takeHello(model, node, line.peerId, line.t);
  if (line.state !== node.state) node.since = line.t;
  node.state = line.state;
  node.role = line.role ?? node.role;
  node.client = line.client ?? node.client;
  node.address = line.address ?? node.address;
  node.peerId = line.peerId ?? node.peerId;
  node.error = line.error ?? null;
  if (line.state === "paused") {
    node.clock = null;
    if (isPeer(node)) noteChange(model, "paused", node.name);
  }
  if (line.state === "stopped" || line.state === "failed") {
    dropConnections(node, line.t);
    if (node.role === "tracker") emptyLists(model);
  }
  noteMissing(model, line.t);
}

export function applySettings(model: SwarmModel, line: JournalLineOf<"settings">): void {
  const node = lookup(model.nodes, line.node);
  if (!node) return;
  const before = behaviourOf(node.settings);
  noteSettings(model, node, line.settings);
  // Others can have its pieces, or cannot any more.
  if (behaviourOf(line.settings) !== before) noteMissing(model, line.t);
}

export function applyRelease(model: SwarmModel, line: JournalLineOf<"release">): void {
  model.releasedAt ??= line.t;
  for (const name of line.nodes) {
    const node = lookup(model.nodes, name);
    if (node) node.releasedAt ??= line.t;
  }
}

/** Of the commands only a cut leaves something behind that no other line tells. */
export function applyCommand(model: SwarmModel, line: JournalLineOf<"command">): void {
  if (!line.ok) return;
  if (line.command === "heal") model.cuts = [];
  if (line.command === "cut") {
    const sides = cutSides(line.detail);
    if (!sides) return;
    model.cuts.push(sides);
    noteChange(model, "cut", list(sides[0]));
  }
}

function cutSides(detail: unknown): [string[], string[]] | undefined {
  if (typeof detail !== "object" || detail === null || !("sides" in detail) || !Array.isArray(detail.sides)) return;
  const [left, right] = detail.sides;
  return Array.isArray(left) && Array.isArray(right) ? [left.map(String), right.map(String)] : undefined;
}

/**
 * After a hello the node names its open connections anew. With another peer id it is a new process, which counts from
 * zero, and which the others count anew; what was counted before stays in the totals.
 */
function takeHello(model: SwarmModel, node: NodeModel, peerId: string, t: number): void {
  dropConnections(node, t);
  if (peerId === node.peerId) return;
  for (const torrent of Object.values(node.torrents)) {
    for (const meter of [torrent.downloaded, torrent.uploaded, torrent.wasted]) restart(meter);
    for (const connection of Object.values(torrent.connections)) restartConnection(connection);
  }
  for (const other of Object.values(model.nodes))
    for (const torrent of Object.values(other.torrents)) {
      const connection = lookup(torrent.connections, node.name);
      if (connection) restartConnection(connection);
    }
}

/** A tracker that ends forgets everybody. */
function emptyLists(model: SwarmModel): void {
  for (const { tracker } of Object.values(model.torrents)) Object.assign(tracker, { complete: 0, incomplete: 0 });
}

/** The same process may come back after a lost connection: its counters go on where they were. */
function dropConnections(node: NodeModel, t: number): void {
  node.memory = null;
  node.load = null;
  node.clock = null;
  for (const torrent of Object.values(node.torrents)) {
    torrent.connected = 0;
    for (const peer of Object.keys(torrent.connections)) closeConnection(torrent, peer, t);
  }
}
