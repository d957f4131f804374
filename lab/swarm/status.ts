import type { ConnectionStatus, LabStatus, NodeStatus, NodeTorrentStatus, SwarmStatus } from "../api/status.ts";
import { availability, distributedCopies } from "./availability.ts";
import { behaviourOf } from "./behaviour.ts";
import { bound } from "./bound.ts";
import { problemText } from "./bound-problem.ts";
import { lookup } from "./dictionary.ts";
import { knobsOf } from "./knobs.ts";
import { labState } from "./lab-state.ts";
import { bytesLeft, isComplete, isExpected, partsOf, sharedTorrents } from "./live.ts";
import { speed } from "./meter.ts";
import { piecesToHex } from "./pieces.ts";
import { amountOf, progressOf } from "./progress.ts";
import { stalled } from "./stalled.ts";
import type { NodeModel, NodeTorrentModel, SwarmModel, TorrentModel } from "./state.ts";

export interface StatusOptions {
  /** Seconds since the run began. */
  readonly now: number;
  readonly controllerUrl: string | null;
  /** Whether connections are listed. */
  readonly connections: boolean;
}

/** The picture that scripts and views get. */
export function toStatus(model: SwarmModel, options: StatusOptions): LabStatus {
  const torrents = sharedTorrents(model);
  return {
    schemaVersion: 1,
    seq: model.seq,
    t: options.now,
    lab: {
      name: model.run?.lab ?? "",
      run: model.run?.run ?? "",
      runtime: model.run?.runtime ?? "process",
      profile: model.run?.profile ?? "",
      state: labState(model, options.now),
      startedAt: model.run?.startedAt ?? "",
      controllerUrl: options.controllerUrl,
    },
    tracker: trackerStatus(model, torrents),
    torrents: torrents.map((torrent) => torrent.info),
    nodes: Object.values(model.nodes).map((node) => nodeStatus(model, node, options)),
    swarms: torrents.map((torrent) => swarmStatus(model, torrent, options.now)),
  };
}

function trackerStatus(model: SwarmModel, torrents: TorrentModel[]): LabStatus["tracker"] {
  const sum = (count: (torrent: TorrentModel) => number) => torrents.reduce((all, one) => all + count(one), 0);
  return {
    kind: model.run?.tracker.kind ?? "",
    url: model.run?.tracker.url ?? "",
    interval: model.run?.tracker.interval ?? 0,
    complete: sum(({ tracker }) => tracker.complete),
    incomplete: sum(({ tracker }) => tracker.incomplete),
    announces: sum(({ tracker }) => tracker.announces || tracker.answers),
  };
}

function nodeStatus(model: SwarmModel, node: NodeModel, options: StatusOptions): NodeStatus {
  const knobs = knobsOf(node.settings);
  return {
    name: node.name,
    role: node.role,
    group: node.group,
    client: node.client,
    state: node.state,
    address: node.address,
    error: node.error,
    limits: { up: knobs?.up ?? null, down: knobs?.down ?? null },
    slots: knobs?.slots ?? null,
    strategy: knobs?.strategy ?? null,
    endgame: knobs?.endgame ?? null,
    superSeeding: knobs?.superSeeding ?? null,
    maxPeers: knobs?.maxPeers ?? null,
    behaviour: knobs ? behaviourOf(knobs) : null,
    memory: node.memory,
    load: node.load,
    torrents: Object.entries(node.torrents).flatMap(([infoHash, part]) => {
      const torrent = lookup(model.torrents, infoHash);
      return torrent ? [nodeTorrentStatus(node, torrent, part, options)] : [];
    }),
  };
}

function nodeTorrentStatus(
  node: NodeModel,
  { info }: TorrentModel,
  part: NodeTorrentModel,
  { now, connections }: StatusOptions,
): NodeTorrentStatus {
  const open = Object.entries(part.connections).filter(([, connection]) => connection.open);
  const status: NodeTorrentStatus = {
    infoHash: info.infoHash,
    duty: part.duty,
    state: part.state,
    progress: progressOf([amountOf(part, info)]),
    have: part.have,
    pieces: piecesToHex(part.pieces),
    downloaded: part.downloaded.total,
    uploaded: part.uploaded.total,
    wasted: part.wasted.total,
    left: bytesLeft(part, info),
    downloadSpeed: Math.round(speed(part.downloaded, node.clock, now)),
    uploadSpeed: Math.round(speed(part.uploaded, node.clock, now)),
    ratio: part.downloaded.total === 0 ? null : part.uploaded.total / part.downloaded.total,
    peers: part.connected,
    unchoked: open.filter(([, connection]) => connection.unchoked).length,
    completedAt: part.completedAt,
    hashFailures: part.hashFailures,
    corrupt: Object.entries(part.corrupt).map(([peer, { pieces, bannedUntil }]) => ({
      peer,
      pieces,
      banned: bannedUntil > now,
    })),
    error: part.error,
  };
  if (connections) status.connections = open.map(([peer, connection]) => connectionStatus(node, peer, connection, now));
  return status;
}

function connectionStatus(
  node: NodeModel,
  peer: string,
  connection: NodeTorrentModel["connections"][string],
  now: number,
): ConnectionStatus {
  return {
    peer,
    flags: connection.flags,
    downloaded: connection.downloaded.total,
    uploaded: connection.uploaded.total,
    downloadSpeed: Math.round(speed(connection.downloaded, node.clock, now)),
    uploadSpeed: Math.round(speed(connection.uploaded, node.clock, now)),
  };
}

export function swarmStatus(model: SwarmModel, torrent: TorrentModel, now: number): SwarmStatus {
  const { info } = torrent;
  const parts = partsOf(model, info.infoHash);
  const live = parts.filter((part) => part.node.state === "running" && part.torrent.state !== "retired");
  const complete = live.filter((part) => isComplete(part.torrent, info)).length;
  const holders = [...availability(model, info.infoHash)];
  const { bound: least, efficiency, problem } = bound(model, info.infoHash);
  return {
    infoHash: info.infoHash,
    complete,
    incomplete: live.length - complete,
    availability: holders,
    distributedCopies: distributedCopies(holders),
    bound: least,
    boundProblem: problem && problemText(problem),
    efficiency,
    ...swarmTimes(model, torrent, now),
    stalled: stalled(model, info.infoHash, now),
  };
}

/** Seconds since the leechers' release until everybody was complete, or until now. */
export function swarmTimes(
  model: SwarmModel,
  { info, addedAt }: TorrentModel,
  now: number,
): Pick<SwarmStatus, "elapsed" | "completedAt"> {
  const completedAt = swarmCompletedAt(partsOf(model, info.infoHash));
  if (model.releasedAt === null) return { elapsed: null, completedAt };
  return { elapsed: seconds((completedAt ?? now) - Math.max(model.releasedAt, addedAt)), completedAt };
}

/** When the last who is expected to get it had it whole; `null` while one is missing. */
function swarmCompletedAt(parts: ReturnType<typeof partsOf>): number | null {
  const times = parts.filter(isExpected).map((part) => part.torrent.completedAt);
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number));
}

/** To the millisecond, which is what the journal's clock tells. */
function seconds(difference: number): number {
  return Math.max(0, Math.round(difference * 1000) / 1000);
}
