import { lookup } from "../../../swarm/dictionary.ts";
import { isComplete } from "../../../swarm/live.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { isPeer } from "../../../swarm/peers.ts";
import type { ViewState } from "./view-state.ts";

/** A peer's part in the torrent that is shown. `position` is its place in the ring and gives it its colour. */
export interface PeerPart {
  readonly node: NodeModel;
  readonly part: NodeTorrentModel;
  readonly position: number;
  readonly whole: boolean;
}

/** The torrent that is shown: the chosen one, or the first that is shared. */
export function shownTorrent({ torrents }: SwarmModel, chosen: string | null): TorrentModel | undefined {
  const found = chosen === null ? undefined : lookup(torrents, chosen);
  return found ?? Object.values(torrents).find((torrent) => !torrent.retired) ?? Object.values(torrents)[0];
}

/** Seeders and leechers in the order of the plan; a peer keeps its position in all torrents. */
export function peersOf({ nodes }: SwarmModel): NodeModel[] {
  return Object.values(nodes).filter(isPeer);
}

/** The peers that seed or fetch `torrent`. */
export function peerParts(swarm: SwarmModel, { info }: TorrentModel): PeerPart[] {
  return peersOf(swarm).flatMap((node, position) => {
    const part = lookup(node.torrents, info.infoHash);
    return part ? [{ node, part, position, whole: isComplete(part, info) }] : [];
  });
}

/** What the visitor chose, without a peer that has no part in the shown torrent, or is gone. */
export function withKnownPeer(state: ViewState, swarm: SwarmModel, torrent: TorrentModel): ViewState {
  const isKnown = state.peer === null || peerParts(swarm, torrent).some(({ node }) => node.name === state.peer);
  return isKnown ? state : { ...state, peer: null };
}

/** Position of each peer by its name. */
export function positionsOf(swarm: SwarmModel): Map<string, number> {
  return new Map(peersOf(swarm).map((node, position) => [node.name, position]));
}
