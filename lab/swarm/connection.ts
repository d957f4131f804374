import { entry, lookup } from "./dictionary.ts";
import { restart } from "./meter.ts";
import {
  type ChokeEvent,
  type ConnectionModel,
  type NodeTorrentModel,
  newConnection,
  type SwarmModel,
} from "./state.ts";

/** Strangers of one torrent on one node that get an entry; a node that makes them up must not fill the memory. */
const STRANGERS = 500;
/** Choke events that a node keeps a torrent. */
export const CHOKES_KEPT = 40;

/** The connection to `peer`, made when it is new; `undefined` when there are too many strangers. */
export function connectionTo(
  model: SwarmModel,
  torrent: NodeTorrentModel,
  peer: string,
  t: number,
): ConnectionModel | undefined {
  const known = lookup(torrent.connections, peer);
  if (known) return known;
  if (!lookup(model.nodes, peer) && Object.keys(torrent.connections).length >= STRANGERS) return undefined;
  return entry(torrent.connections, peer, () => newConnection(t));
}

export function noteChoke({ chokes }: NodeTorrentModel, event: ChokeEvent): void {
  chokes.push(event);
  if (chokes.length > CHOKES_KEPT) chokes.shift();
}

export function closeConnection(torrent: NodeTorrentModel, peer: string, t: number): void {
  const connection = lookup(torrent.connections, peer);
  if (!connection) return;
  // Also where no event of it is kept: who keeps more of them has its last one still.
  if (connection.open || connection.unchoked) noteChoke(torrent, { t, peer, type: "left" });
  connection.open = false;
  connection.flags = "";
  connection.unchoked = false;
  connection.optimistic = false;
  connection.interested = false;
}

/** Its counters begin again from zero; the totals stay. */
export function restartConnection(connection: ConnectionModel): void {
  restart(connection.downloaded);
  restart(connection.uploaded);
}
