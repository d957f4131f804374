import { availability, distributedCopies } from "../../swarm/availability.ts";
import { lookup } from "../../swarm/dictionary.ts";
import { knobsOf } from "../../swarm/knobs.ts";
import { bytesLeft, isExpected, isOrdered, sharedTorrents } from "../../swarm/live.ts";
import { speed } from "../../swarm/meter.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "../../swarm/model.ts";
import { isPeer } from "../../swarm/peers.ts";
import { amountOf, progressOf } from "../../swarm/progress.ts";
import type { Glyphs } from "../look/glyphs.ts";
import { cursorRow, type Ui } from "../ui/ui.ts";
import type { Feed } from "./feed.ts";
import { comparePeers } from "./sort-peers.ts";

/** What a layout draws from. */
export interface Scene {
  readonly feed: Feed;
  readonly model: SwarmModel;
  /** Seconds since the run began, as near as this viewer can tell. */
  readonly now: number;
  readonly ui: Ui;
  readonly glyphs: Glyphs;
  readonly projector: boolean;
  /** Info-hash of the torrent that is shown alone. */
  readonly torrent: string | null;
  /** It, or all that are shared. */
  readonly torrents: readonly TorrentModel[];
  /** Sorted and filtered. */
  readonly peers: readonly PeerRow[];
  /** Before the filter. */
  readonly everybody: readonly PeerRow[];
  /** The peer that the cursor is on, or that is open; `undefined` when there is none, or it is gone. */
  readonly chosen: PeerRow | undefined;
}

/** One peer, summed over the shown torrents. Bytes, bytes per second, seconds. */
export interface PeerRow {
  readonly name: string;
  readonly node: NodeModel;
  readonly parts: readonly PeerPart[];
  readonly complete: boolean;
  readonly state: string;
  /** Why it is in trouble; printable only after `printable`. */
  readonly error: string | null;
  readonly have: number;
  readonly pieceCount: number;
  readonly progress: number;
  readonly downloaded: number;
  readonly uploaded: number;
  readonly wasted: number;
  readonly left: number;
  readonly down: number;
  readonly up: number;
  readonly limits: { readonly down: number | null; readonly up: number | null };
  readonly peers: number;
  readonly unchoked: number;
  /** Seconds; infinite while nothing comes. */
  readonly eta: number;
  /** Seconds after the release at which it had all that it fetches; `null` while it has not, or fetches nothing. */
  readonly finishedAt: number | null;
}

export interface PeerPart {
  readonly torrent: TorrentModel;
  readonly part: NodeTorrentModel;
}

export function makeScene(
  feed: Feed,
  ui: Ui,
  { now, glyphs, projector }: { now: number; glyphs: Glyphs; projector: boolean },
): Scene {
  const { model } = feed;
  const shared = sharedTorrents(model);
  const alone = shared.find(({ info }) => info.source === ui.torrent);
  const torrents = alone ? [alone] : shared;
  const rows = Object.values(model.nodes)
    .filter(isPeer)
    .map((node) => peerRow(node, torrents, model.releasedAt, now));
  const everybody = rows.sort(comparePeers(ui.sort.peers));
  const filter = ui.filter.toLowerCase();
  const peers = everybody.filter((peer) => matches(peer, filter));
  const names = peers.map(({ name }) => name);
  const chosen =
    ui.overlay.kind === "peer" ? everybody.find(({ name }) => name === ui.peer) : peers[cursorRow(ui, names)];
  const torrent = alone?.info.infoHash ?? null;
  return { feed, model, now, ui, glyphs, projector, torrent, torrents, peers, everybody, chosen };
}

function matches(peer: PeerRow, filter: string): boolean {
  return `${peer.name} ${peer.state} ${peer.node.client ?? ""}`.toLowerCase().includes(filter);
}

function peerRow(node: NodeModel, torrents: readonly TorrentModel[], releasedAt: number | null, now: number): PeerRow {
  const parts = torrents.flatMap((torrent) => {
    const part = lookup(node.torrents, torrent.info.infoHash);
    return part ? [{ torrent, part }] : [];
  });
  const sum = (count: (one: PeerPart) => number, over = parts) => over.reduce((all, one) => all + count(one), 0);
  const ordered = parts.filter(({ part }) => isOrdered(part));
  const have = sum(({ part }) => part.have, ordered);
  const pieceCount = sum(({ torrent }) => torrent.info.pieceCount, ordered);
  const left = sum(({ torrent, part }) => bytesLeft(part, torrent.info), ordered);
  const down = sum(({ part }) => speed(part.downloaded, node.clock, now));
  const knobs = knobsOf(node.settings);
  return {
    name: node.name,
    node,
    parts,
    complete: pieceCount > 0 && have === pieceCount,
    state: stateOf(node, parts),
    error: node.error ?? parts.find(({ part }) => part.error !== null)?.part.error ?? null,
    have,
    pieceCount,
    progress: progressOf(ordered.map(({ torrent, part }) => amountOf(part, torrent.info))),
    downloaded: sum(({ part }) => part.downloaded.total),
    uploaded: sum(({ part }) => part.uploaded.total),
    wasted: sum(({ part }) => part.wasted.total),
    left,
    down,
    up: sum(({ part }) => speed(part.uploaded, node.clock, now)),
    limits: { down: knobs?.down ?? null, up: knobs?.up ?? null },
    peers: sum(({ part }) => part.connected),
    unchoked: sum(({ part }) => Object.values(part.connections).filter((one) => one.open && one.unchoked).length),
    eta: down > 0 ? left / down : Number.POSITIVE_INFINITY,
    finishedAt: releasedAt === null ? null : finishedAfter(parts, releasedAt),
  };
}

function finishedAfter(parts: readonly PeerPart[], releasedAt: number): number | null {
  const times = parts.filter(({ part }) => part.duty === "fetch").map(({ part }) => part.completedAt);
  return times.length === 0 || times.includes(null) ? null : Math.max(0, ...times.map((t) => Number(t) - releasedAt));
}

/** What the node is busy with: the most telling state of its torrents while it runs. */
function stateOf(node: NodeModel, parts: readonly PeerPart[]): string {
  if (node.state !== "running") return node.state;
  const states = new Set(parts.map(({ part }) => part.state));
  const telling = ["error", "checking", "downloading", "waiting", "seeding"] as const;
  return telling.find((state) => states.has(state)) ?? "idle";
}

/** Share of all that is to arrive, 0–1, by bytes over every peer and torrent that is shown. */
export function swarmProgress({ everybody }: Scene): number {
  return progressOf(
    everybody.flatMap(({ node, parts }) =>
      parts
        .filter(({ part }) => isExpected({ node, torrent: part }))
        .map(({ torrent, part }) => amountOf(part, torrent.info)),
    ),
  );
}

/** Live peers that hold each piece, and how often the whole is there. */
export function copiesOf(scene: Scene, torrent: TorrentModel): { holders: readonly number[]; copies: number } {
  const holders = availability(scene.model, torrent.info.infoHash);
  return { holders, copies: distributedCopies(holders) };
}
