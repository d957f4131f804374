import { type Dictionary, put } from "../../swarm/dictionary.ts";
import { type Meter, newMeter } from "../../swarm/meter.ts";
import type { ConnectionModel, NodeModel, NodeTorrentModel, SwarmModel } from "../../swarm/model.ts";
import { piecesFromHex, piecesToHex } from "../../swarm/pieces.ts";
import { bytesToText, textToBytes } from "./base64.ts";
import type { Picture } from "./picture.ts";

/**
 * A picture as short JSON: fifty peers in twenty swarms have fifty thousand connections, most of which never carried a
 * byte. `unpackPicture(packPicture(picture))` equals the picture.
 */
export interface PackedPicture extends Omit<Picture, "swarm" | "provenance"> {
  swarm: Omit<SwarmModel, "nodes"> & { nodes: Dictionary<PackedNode> };
  provenance: Dictionary<Dictionary<string>>;
}

type PackedNode = Omit<NodeModel, "torrents"> & { torrents: Dictionary<PackedTorrent> };
type PackedMeter = [number, number, number, number, number, number] | 0;
type PackedTorrent = Omit<NodeTorrentModel, "pieces" | "connections" | Counter> & {
  pieces: string;
  meters: [PackedMeter, PackedMeter, PackedMeter];
  connections: Dictionary<PackedConnection>;
};
type Counter = "downloaded" | "uploaded" | "wasted";
/** `[open 1 + unchoked 2 + optimistic 4 + interested 8, since, client, flags, downloaded, uploaded]` */
type PackedConnection = [number, number, string | null, string, PackedMeter, PackedMeter];

export function packPicture({ swarm, provenance, ...rest }: Picture): PackedPicture {
  return {
    ...rest,
    swarm: { ...swarm, nodes: mapValues(swarm.nodes, packNode) },
    provenance: mapValues(provenance, (nodes) => mapValues(nodes, bytesToText)),
  };
}

export function unpackPicture({ swarm, provenance, ...rest }: PackedPicture): Picture {
  return {
    ...rest,
    swarm: { ...swarm, nodes: mapValues(swarm.nodes, unpackNode) },
    provenance: mapValues(provenance, (nodes) => mapValues(nodes, textToBytes)),
  };
}

function packNode(node: NodeModel): PackedNode {
  return { ...node, torrents: mapValues(node.torrents, packTorrent) };
}

function unpackNode(node: PackedNode): NodeModel {
  return { ...node, torrents: mapValues(node.torrents, unpackTorrent) };
}

function packTorrent({ downloaded, uploaded, wasted, ...rest }: NodeTorrentModel): PackedTorrent {
  return {
    ...rest,
    pieces: piecesToHex(rest.pieces),
    meters: [packMeter(downloaded), packMeter(uploaded), packMeter(wasted)],
    connections: mapValues(rest.connections, packConnection),
  };
}

function unpackTorrent({ meters, pieces, connections, ...rest }: PackedTorrent): NodeTorrentModel {
  const [downloaded, uploaded, wasted] = meters.map(unpackMeter) as [Meter, Meter, Meter];
  return {
    ...rest,
    ...{ downloaded, uploaded, wasted },
    pieces: piecesFromHex(pieces.length * 4, pieces).pieces,
    connections: mapValues(connections, unpackConnection),
  };
}

function packConnection(one: ConnectionModel): PackedConnection {
  const bits = Number(one.open) + 2 * Number(one.unchoked) + 4 * Number(one.optimistic) + 8 * Number(one.interested);
  return [bits, one.since, one.client, one.flags, packMeter(one.downloaded), packMeter(one.uploaded)];
}

function unpackConnection([bits, since, client, flags, downloaded, uploaded]: PackedConnection): ConnectionModel {
  return {
    open: (bits & 1) !== 0,
    unchoked: (bits & 2) !== 0,
    optimistic: (bits & 4) !== 0,
    interested: (bits & 8) !== 0,
    since,
    client,
    flags,
    downloaded: unpackMeter(downloaded),
    uploaded: unpackMeter(uploaded),
  };
}

function packMeter({ total, raw, last, lastAt, before, beforeAt }: Meter): PackedMeter {
  return lastAt === -1 && raw === 0 ? 0 : [total, raw, last, lastAt, before, beforeAt];
}

function unpackMeter(packed: PackedMeter): Meter {
  if (packed === 0) return newMeter();
  const [total, raw, last, lastAt, before, beforeAt] = packed;
  return { total, raw, last, lastAt, before, beforeAt };
}

/** Only the one name that would set the prototype takes the slow way: there are fifty thousand others. */
function mapValues<A, B>(record: Dictionary<A>, change: (value: A) => B): Dictionary<B> {
  const changed: Dictionary<B> = {};
  for (const key of Object.keys(record)) {
    const value = change(record[key] as A);
    if (key === "__proto__") put(changed, key, value);
    else changed[key] = value;
  }
  return changed;
}
