import { availability } from "../../../swarm/availability.ts";
import { lookup } from "../../../swarm/dictionary.ts";
import type { TorrentModel } from "../../../swarm/model.ts";
import { hasPiece } from "../../../swarm/pieces.ts";
import type { Picture } from "../../picture/picture.ts";
import { hueOf, type PeerPart, peerParts } from "../state/peers.ts";

/** One column: a piece, or a few neighbours where there are more pieces than columns. */
export interface Column {
  readonly first: number;
  readonly end: number;
  /** Live holders of its rarest piece. */
  readonly holders: number;
}

export interface GridRow extends PeerPart {
  /** For each column the share that is there, 0–1. */
  readonly filled: readonly number[];
  /** For each column the hue of the giver of one of its pieces; −1 where it is not known. */
  readonly givers: readonly number[];
}

export interface PieceGrid {
  readonly columns: readonly Column[];
  readonly rows: readonly GridRow[];
  /** How many pieces have 0, 1, 2, … live holders. */
  readonly rarity: readonly number[];
  /** Holders of the rarest piece. */
  readonly rarest: number;
}

/** Peer × piece. @param most columns that there is room for. */
export function gridOf(picture: Picture, torrent: TorrentModel, most: number): PieceGrid {
  const { info } = torrent;
  const holders = availability(picture.swarm, info.infoHash);
  const columns = columnsOf(holders, Math.max(1, Math.min(info.pieceCount, most)));
  const codes = picture.givers.map((name) => hueOf(picture, name));
  const rows = peerParts(picture, torrent).map((peer): GridRow => {
    const givers = lookup(lookup(picture.provenance, info.infoHash) ?? {}, peer.node.name);
    const own = peer.part.duty === "seed" ? peer.hue : -1;
    return {
      ...peer,
      filled: columns.map((column) => shareOf(peer.part.pieces, column)),
      givers: columns.map((column) => codes[codeIn(givers, column) - 1] ?? own),
    };
  });
  const rarity = new Array<number>(rows.length + 1).fill(0);
  for (const count of holders) rarity[count] = (rarity[count] ?? 0) + 1;
  return { columns, rows, rarity, rarest: holders.reduce((least, count) => Math.min(least, count), holders[0] ?? 0) };
}

function columnsOf(holders: readonly number[], count: number): Column[] {
  if (holders.length === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    const first = Math.floor((index * holders.length) / count);
    const end = Math.floor(((index + 1) * holders.length) / count);
    return { first, end, holders: Math.min(...holders.slice(first, end)) };
  });
}

function codeIn(givers: Uint8Array | undefined, { first, end }: Column): number {
  for (let piece = first; piece < end; piece += 1) if (givers?.[piece]) return givers[piece] ?? 0;
  return 0;
}

function shareOf(pieces: readonly number[], { first, end }: Column): number {
  let have = 0;
  for (let piece = first; piece < end; piece += 1) if (hasPiece(pieces as number[], piece)) have += 1;
  return have / (end - first);
}
