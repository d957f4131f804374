import { FRESH } from "../data/feed.ts";
import type { Scene } from "../data/scene.ts";

/** Pieces that this peer completed a moment ago. */
export function freshPieces({ feed, now }: Scene, torrent: string, node: string): Set<number> {
  const pieces = new Set<number>();
  for (const one of feed.fresh)
    if (one.node === node && one.torrent === torrent && now - one.t <= FRESH) pieces.add(one.piece);
  return pieces;
}
