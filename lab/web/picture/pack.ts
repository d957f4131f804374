import { type Dictionary, put } from "../../swarm/dictionary.ts";
import type { Meter } from "../../swarm/meter.ts";
import type { ChokeEvent, NodeModel, NodeTorrentModel, SwarmModel } from "../../swarm/model.ts";
import { bytesToText, textToBytes } from "./base64.ts";
import {
  type ConnectionPacker,
  type ConnectionTables,
  connectionPacker,
  type PackedConnections,
  type PackedMeter,
  packMeter,
  unpackConnections,
  unpackMeter,
} from "./pack-connections.ts";
import type { Picture } from "./picture.ts";

/**
 * A picture as short JSON: fifty peers in twenty swarms have fifty thousand connections, most of which never carried a
 * byte. `unpackPicture(packPicture(picture))` equals the picture.
 */
export interface PackedPicture extends Omit<Picture, "swarm" | "provenance"> {
  swarm: Omit<SwarmModel, "nodes"> & { nodes: Dictionary<PackedNode> };
  tables: ConnectionTables;
  provenance: Dictionary<Dictionary<string>>;
}

type PackedNode = Omit<NodeModel, "torrents"> & { torrents: Dictionary<PackedTorrent> };
type PackedTorrent = Omit<NodeTorrentModel, "pieces" | "connections" | "chokes" | Counter> & {
  pieces: string;
  meters: [PackedMeter, PackedMeter, PackedMeter];
  connections: PackedConnections;
  chokes: PackedChoke[];
};
type Counter = "downloaded" | "uploaded" | "wasted";
/** Time, position of the peer in `names`, type. */
type PackedChoke = [number, number, ChokeEvent["type"]];

export function packPicture({ swarm, provenance, ...rest }: Picture): PackedPicture {
  const packer = connectionPacker();
  return {
    ...rest,
    swarm: { ...swarm, nodes: mapValues(swarm.nodes, (node) => packNode(node, packer)) },
    tables: packer.tables,
    provenance: mapValues(provenance, (nodes) => mapValues(nodes, bytesToText)),
  };
}

export function unpackPicture({ swarm, tables, provenance, ...rest }: PackedPicture): Picture {
  return {
    ...rest,
    swarm: { ...swarm, nodes: mapValues(swarm.nodes, (node) => unpackNode(node, tables)) },
    provenance: mapValues(provenance, (nodes) => mapValues(nodes, textToBytes)),
  };
}

function packNode(node: NodeModel, packer: ConnectionPacker): PackedNode {
  return { ...node, torrents: mapValues(node.torrents, (torrent) => packTorrent(torrent, packer)) };
}

function unpackNode(node: PackedNode, tables: ConnectionTables): NodeModel {
  return { ...node, torrents: mapValues(node.torrents, (torrent) => unpackTorrent(torrent, tables)) };
}

function packTorrent(torrent: NodeTorrentModel, packer: ConnectionPacker): PackedTorrent {
  const { downloaded, uploaded, wasted, ...rest } = torrent;
  return {
    ...rest,
    pieces: bytesToText(Uint8Array.from(rest.pieces)),
    meters: [packMeter(downloaded), packMeter(uploaded), packMeter(wasted)],
    connections: packer.pack(rest.connections),
    chokes: rest.chokes.map(({ t, peer, type }) => [t, packer.nameAt(peer), type]),
  };
}

function unpackTorrent(packed: PackedTorrent, tables: ConnectionTables): NodeTorrentModel {
  const { meters, pieces, connections, chokes, ...rest } = packed;
  const [downloaded, uploaded, wasted] = meters.map(unpackMeter) as [Meter, Meter, Meter];
  return {
    ...rest,
    ...{ downloaded, uploaded, wasted },
    pieces: Array.from(textToBytes(pieces)),
    connections: unpackConnections(connections, tables),
    chokes: chokes.map(([t, peer, type]) => ({ t, peer: tables.names[peer] ?? "", type })),
  };
}

function mapValues<A, B>(record: Dictionary<A>, change: (value: A) => B): Dictionary<B> {
  const changed: Dictionary<B> = {};
  for (const key of Object.keys(record)) put(changed, key, change(record[key] as A));
  return changed;
}
