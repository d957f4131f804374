import { lookup } from "../../../swarm/dictionary.ts";
import type { TorrentModel } from "../../../swarm/model.ts";
import type { Picture } from "../../picture/picture.ts";
import { hueOf, type PeerPart } from "../state/peers.ts";

/** What one peer got of another, or gave to it. */
export interface Partner {
  readonly name: string;
  readonly hue: number;
  readonly bytes: number;
  /** Of all that the peer got or gave, 0–1. */
  readonly share: number;
}

/** From whom a peer has its verified bytes, the largest first. */
export function originsOf(picture: Picture, torrent: TorrentModel, { node }: PeerPart): Partner[] {
  const rows = Object.entries(torrent.given).map(([name, row]) => ({ name, bytes: lookup(row, node.name) ?? 0 }));
  return toPartners(picture, rows);
}

/** To whom it gave. */
export function takersOf(picture: Picture, torrent: TorrentModel, { node }: PeerPart): Partner[] {
  const row = lookup(torrent.given, node.name) ?? {};
  return toPartners(
    picture,
    Object.entries(row).map(([name, bytes]) => ({ name, bytes })),
  );
}

function toPartners(picture: Picture, rows: readonly { name: string; bytes: number }[]): Partner[] {
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  return rows
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ name, bytes }) => ({ name, bytes, share: bytes / total, hue: hueOf(picture, name) }));
}
