import type { Fact, Sample } from "../api/facts.ts";
import type { SwarmModel } from "../swarm/model.ts";

/**
 * Nodes name each other by peer id; people want names. An id that no node gave belongs to a stranger, who is called by
 * the address he was first seen at. What is no peer id never passes as a name: a node could pose as another.
 */
export interface PeerNames {
  add(peerId: string, node: string): void;
  /** The node that has this peer id. */
  ownerOf(peerId: string): string | undefined;
  /** Puts names for ids, in place: a report was just parsed, and a copy of every sample would be the most of its cost. */
  named<T extends Fact | Sample>(report: T): T;
}

/** Ids that are kept; a flood of them pushes out the oldest, but never one that a node has now. */
const LIMIT = 10_000;
const PEER_ID = /^[0-9a-f]{40}$/;
const ADDRESS = /^[0-9a-f.:[\]]{3,45}:\d{1,5}$/i;

export function peerNames(model: SwarmModel): PeerNames {
  const nodes = new Map<string, string>();
  const current = new Map<string, string>();
  const strangers = new Map<string, string>();
  for (const node of Object.values(model.nodes)) if (node.peerId) add(node.peerId, node.name);

  return {
    add,
    ownerOf: (peerId) => nodes.get(peerId),
    named(report) {
      if (report.type === "sample") nameSample(report, nameOf, isPast);
      else nameFact(report, meet);
      return report;
    },
  };

  function add(peerId: string, node: string): void {
    current.set(node, peerId);
    remember(nodes, peerId, node, isPast);
  }

  /** Whether the id is of a process that was followed by another: its counters and the new one's must not mix. */
  function isPast(peerId: string): boolean {
    const node = nodes.get(peerId);
    return node !== undefined && current.get(node) !== peerId;
  }

  /** The name of a fact's peer; a fact that tells an address makes a stranger known by it. */
  function meet(peerId: string, address?: string): string {
    const known = nodes.has(peerId) || strangers.has(peerId);
    if (!known && address && PEER_ID.test(peerId) && ADDRESS.test(address)) remember(strangers, peerId, address);
    return nameOf(peerId);
  }

  function nameOf(peerId: string): string {
    const name = nodes.get(peerId) ?? strangers.get(peerId);
    if (name !== undefined) return name;
    return PEER_ID.test(peerId) ? `peer-${peerId.slice(-8)}` : "stranger";
  }
}

function nameFact(fact: Fact, nameOf: (peerId: string, address?: string) => string): void {
  if ("from" in fact) for (const giver of fact.from) giver.peer = nameOf(giver.peer);
  if ("peer" in fact) fact.peer = "address" in fact ? nameOf(fact.peer, fact.address) : nameOf(fact.peer);
}

function nameSample(sample: Sample, nameOf: (id: string) => string, isPast: (id: string) => boolean): void {
  for (const torrent of sample.torrents) {
    torrent.peers = torrent.peers.filter(([peerId]) => !isPast(peerId));
    for (const row of torrent.peers) row[0] = nameOf(row[0]);
  }
}

function remember(map: Map<string, string>, key: string, value: string, mayGo = (_key: string) => true): void {
  map.set(key, value);
  if (map.size <= LIMIT) return;
  for (const oldest of map.keys()) if (mayGo(oldest)) return void map.delete(oldest);
}
