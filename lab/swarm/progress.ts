import type { TorrentInfo } from "../api/words.ts";
import { bytesLeft } from "./live.ts";
import type { NodeTorrentModel } from "./state.ts";

/** What a node is to have of a torrent and what is missing of it, in bytes. */
export interface Amount {
  readonly left: number;
  readonly length: number;
}

export function amountOf(part: NodeTorrentModel, info: TorrentInfo): Amount {
  return { left: bytesLeft(part, info), length: info.length };
}

/** Share of the bytes that are there, 0–1, over all together: torrents differ in length and size of pieces. 0 of none. */
export function progressOf(amounts: readonly Amount[]): number {
  if (amounts.length === 0) return 0;
  const length = amounts.reduce((sum, one) => sum + one.length, 0);
  const left = amounts.reduce((sum, one) => sum + one.left, 0);
  return length === 0 ? 1 : (length - left) / length;
}
