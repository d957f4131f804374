import { type Dictionary, put } from "../../swarm/dictionary.ts";
import { idleMeter, type Meter } from "../../swarm/meter.ts";
import type { ConnectionModel } from "../../swarm/model.ts";

/** What connections have in common, once for the whole picture. */
export interface ConnectionTables {
  names: string[];
  kinds: Kind[];
}

/** `[open 1 + unchoked 2 + optimistic 4 + interested 8, client, flags]` */
type Kind = [number, string | null, string];

export type PackedMeter = [number, number, number, number, number, number] | 0;

/**
 * `ends` has three numbers a connection: position of the peer in `names`, position in `kinds`, `since`. `carried` has
 * those that ever carried a byte: position among the connections, downloaded, uploaded.
 */
export interface PackedConnections {
  ends: number[];
  carried: [number, PackedMeter, PackedMeter][];
}

export interface ConnectionPacker {
  readonly tables: ConnectionTables;
  nameAt(peer: string): number;
  pack(connections: Dictionary<ConnectionModel>): PackedConnections;
}

export function connectionPacker(): ConnectionPacker {
  const tables: ConnectionTables = { names: [], kinds: [] };
  const names = new Map<string, number>();
  const kinds = new Map<string, number>();
  const nameAt = (peer: string) => position(names, peer, tables.names, () => peer);

  function kindOf({ open, unchoked, optimistic, interested, client, flags }: ConnectionModel): number {
    const bits = Number(open) + 2 * Number(unchoked) + 4 * Number(optimistic) + 8 * Number(interested);
    const text = client === null ? `${bits} ${flags}` : `${bits} ${flags} ${client}`;
    return position(kinds, text, tables.kinds, () => [bits, client, flags]);
  }

  return {
    tables,
    nameAt,
    pack(connections) {
      const packed: PackedConnections = { ends: [], carried: [] };
      for (const [index, peer] of Object.keys(connections).entries()) {
        const one = connections[peer] as ConnectionModel;
        packed.ends.push(nameAt(peer), kindOf(one), one.since);
        const [down, up] = [packMeter(one.downloaded), packMeter(one.uploaded)];
        if (down !== 0 || up !== 0) packed.carried.push([index, down, up]);
      }
      return packed;
    },
  };
}

/** Where `key` has its row in a table; a new one is added. */
function position<T>(positions: Map<string, number>, key: string, table: T[], make: () => T): number {
  const known = positions.get(key);
  if (known !== undefined) return known;
  positions.set(key, table.length);
  return table.push(make()) - 1;
}

export function unpackConnections(
  { ends, carried }: PackedConnections,
  { names, kinds }: ConnectionTables,
): Dictionary<ConnectionModel> {
  const connections: Dictionary<ConnectionModel> = {};
  let next = 0;
  for (let at = 0; at < ends.length; at += 3) {
    const [bits, client, flags] = kinds[ends[at + 1] ?? 0] ?? [0, null, ""];
    const used = carried[next]?.[0] === at / 3 ? carried[next] : undefined;
    if (used) next += 1;
    put(connections, names[ends[at] ?? 0] ?? "", {
      open: (bits & 1) !== 0,
      unchoked: (bits & 2) !== 0,
      optimistic: (bits & 4) !== 0,
      interested: (bits & 8) !== 0,
      since: ends[at + 2] ?? 0,
      client,
      flags,
      downloaded: unpackMeter(used?.[1] ?? 0),
      uploaded: unpackMeter(used?.[2] ?? 0),
    });
  }
  return connections;
}

export function packMeter({ total, raw, last, lastAt, before, beforeAt }: Meter): PackedMeter {
  return lastAt === -1 && raw === 0 ? 0 : [total, raw, last, lastAt, before, beforeAt];
}

export function unpackMeter(packed: PackedMeter): Meter {
  if (packed === 0) return idleMeter;
  const [total, raw, last, lastAt, before, beforeAt] = packed;
  return { total, raw, last, lastAt, before, beforeAt };
}
