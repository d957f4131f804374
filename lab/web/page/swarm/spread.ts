import { lookup } from "../../../swarm/dictionary.ts";
import { hasPiece } from "../../../swarm/pieces.ts";
import type { Picture } from "../../picture/picture.ts";
import type { PeerFigure } from "./scene.ts";

/** How one piece came to a peer. */
export interface Hop {
  readonly peer: PeerFigure;
  /** Who gave it; `undefined` for its source, or where that is not known any more. */
  readonly from: PeerFigure | undefined;
  /** Steps from the seed that had it from the beginning; `null` where the way is not known back to one. */
  readonly depth: number | null;
}

/** The way of one piece through the swarm: every peer that has it, and from whom. */
export function spreadOf(picture: Picture, infoHash: string, piece: number, peers: readonly PeerFigure[]): Hop[] {
  const byName = new Map(peers.map((peer) => [peer.node.name, peer]));
  const provenance = lookup(picture.provenance, infoHash) ?? {};
  const giverOf = (peer: PeerFigure): PeerFigure | undefined => {
    const code = lookup(provenance, peer.node.name)?.[piece] ?? 0;
    return byName.get(picture.givers[code - 1] ?? "");
  };
  const holders = peers.filter(({ part }) => hasPiece(part.pieces, piece));
  return holders.map((peer) => ({ peer, from: giverOf(peer), depth: depthOf(peer, giverOf, peers.length) }));
}

/** A peer that lost its piece and got it back may close a circle; nobody is further away than there are peers. */
function depthOf(peer: PeerFigure, giverOf: (peer: PeerFigure) => PeerFigure | undefined, most: number): number | null {
  let source = peer;
  for (let depth = 0; depth < most; depth += 1) {
    const giver = giverOf(source);
    if (!giver) return source.part.duty === "seed" ? depth : null;
    source = giver;
  }
  return null;
}
