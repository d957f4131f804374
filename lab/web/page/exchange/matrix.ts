import { lookup } from "../../../swarm/dictionary.ts";
import type { TorrentModel } from "../../../swarm/model.ts";
import type { Picture } from "../../picture/picture.ts";
import { type PeerPart, peerParts } from "../state/peers.ts";

/** Who gave whom how much, verified bytes. */
export interface Exchange {
  readonly peers: readonly PeerPart[];
  /** `bytes[giver][taker]`, in the order of `peers`. */
  readonly bytes: readonly (readonly number[])[];
  readonly given: readonly number[];
  readonly taken: readonly number[];
  readonly most: number;
}

export function exchangeOf(picture: Picture, torrent: TorrentModel): Exchange {
  const peers = peerParts(picture, torrent);
  const bytes = peers.map((giver) => {
    const row = lookup(torrent.given, giver.node.name) ?? {};
    return peers.map((taker) => lookup(row, taker.node.name) ?? 0);
  });
  const given = bytes.map((row) => row.reduce((sum, value) => sum + value, 0));
  const taken = peers.map((_, index) => bytes.reduce((sum, row) => sum + (row[index] ?? 0), 0));
  const most = bytes.flat().reduce((top, value) => Math.max(top, value), 0);
  return { peers, bytes, given, taken, most };
}
