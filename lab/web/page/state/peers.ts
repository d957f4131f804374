import { lookup } from "../../../swarm/dictionary.ts";
import { isComplete, sharedTorrents } from "../../../swarm/live.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { isPeer } from "../../../swarm/peers.ts";
import type { Picture } from "../../picture/picture.ts";
import type { ViewState } from "./view-state.ts";

/** A peer's part in the torrent that is shown. */
export interface PeerPart {
  readonly node: NodeModel;
  readonly part: NodeTorrentModel;
  /** Number of the peer's colour, in all torrents and as long as it is there. */
  readonly hue: number;
  readonly whole: boolean;
  /** Whether it takes part now: it runs, and it has neither left the torrent nor failed in it nor still checks it. */
  readonly live: boolean;
}

/** Those that are shared, the largest first, which has most to show; then those that were. */
export function torrentsOf(swarm: SwarmModel): TorrentModel[] {
  const shared = sharedTorrents(swarm).sort(
    ({ info: a }, { info: b }) => b.length - a.length || compare(a.source, b.source),
  );
  return [...shared, ...Object.values(swarm.torrents).filter(({ retired }) => retired)];
}

/**
 * The torrent that is shown: the chosen one, or the first. Of a source that was shared anew it is the new torrent, unless
 * the old one was chosen when it was retired already.
 */
export function shownTorrent(
  swarm: SwarmModel,
  { torrent: chosen, past }: Pick<ViewState, "torrent" | "past">,
): TorrentModel | undefined {
  const found = chosen === null ? undefined : lookup(swarm.torrents, chosen);
  if (found && (!found.retired || past)) return found;
  const all = torrentsOf(swarm);
  const heir = found && all.find(({ info, retired }) => !retired && info.source === found.info.source);
  return heir ?? found ?? all[0];
}

/** Seeders and leechers in the order of the plan. */
export function peersOf({ nodes }: SwarmModel): NodeModel[] {
  return Object.values(nodes).filter(isPeer);
}

/** The peers that seed or fetch `torrent`. */
export function peerParts(picture: Picture, { info }: TorrentModel): PeerPart[] {
  return peersOf(picture.swarm).flatMap((node) => {
    const part = lookup(node.torrents, info.infoHash);
    if (!part) return [];
    const live = node.state === "running" && !absent.has(part.state);
    return [{ node, part, hue: hueOf(picture, node.name), whole: isComplete(part, info), live }];
  });
}

const absent: ReadonlySet<NodeTorrentModel["state"]> = new Set(["retired", "error", "checking"]);

/** Number of a peer's colour; −1 for who is gone, or was never one of the lab. */
export function hueOf({ colours }: Picture, name: string): number {
  return lookup(colours, name) ?? -1;
}

/** What the visitor chose, without a peer that has no part in the shown torrent and a piece that it does not have. */
export function withKnown(state: ViewState, picture: Picture, torrent: TorrentModel): ViewState {
  const knowsPeer = state.peer === null || peerParts(picture, torrent).some(({ node }) => node.name === state.peer);
  const knowsPiece = state.piece === null || state.piece < torrent.info.pieceCount;
  if (knowsPeer && knowsPiece) return state;
  return { ...state, peer: knowsPeer ? state.peer : null, piece: knowsPiece ? state.piece : null };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
