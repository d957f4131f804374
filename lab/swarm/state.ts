import type { NodeSettings } from "../api/node.ts";
import type { NodeState, Role, RuntimeKind, TorrentInfo, TorrentState } from "../api/words.ts";
import type { Dictionary } from "./dictionary.ts";
import { idleMeter, type Meter, type SampleClock } from "./meter.ts";
import { noPieces, type Pieces } from "./pieces.ts";

/**
 * Everything that is known of a lab after some line of its journal. Plain JSON, so that it travels as a snapshot and
 * `apply` goes on where it was made. Bytes, bytes per second, seconds since the run began; unknown is `null`.
 */
export interface SwarmModel {
  /** The last line that is in it; 0 before the first. */
  seq: number;
  t: number;
  run: RunModel | null;
  /** By info-hash. */
  torrents: Dictionary<TorrentModel>;
  /** By name. */
  nodes: Dictionary<NodeModel>;
  /** When the first leechers were let go. */
  releasedAt: number | null;
  /** What first made it another swarm than the one that was released, the one that the bound is about. */
  change: Change | null;
  /** Pairs of sides that refuse each other. */
  cuts: [string[], string[]][];
  stopping: boolean;
}

/** `name` is the node's, the torrent's where it was retired, or those of a cut's one side. */
export interface Change {
  readonly kind: "knobs" | "removed" | "orders" | "retired" | "paused" | "cut";
  readonly name: string;
}

/** Retired torrents that are remembered, the newest: a source that is edited all day has a new torrent each time. */
export const RETIRED_KEPT = 4;

export interface RunModel {
  lab: string;
  run: string;
  runtime: RuntimeKind;
  profile: string;
  startedAt: string;
  tracker: { kind: string; url: string; interval: number };
}

export interface TorrentModel {
  info: TorrentInfo;
  retired: boolean;
  /** When it came into the run. */
  addedAt: number;
  /** Since when some piece is on no live node; `null` while all are. */
  missingSince: number | null;
  tracker: TrackerModel;
  /** Verified payload bytes, `given[from][to]`. */
  given: Dictionary<Dictionary<number>>;
}

/** What is known of the tracker's table for one torrent. */
export interface TrackerModel {
  complete: number;
  incomplete: number;
  /** Announces that the tracker reported. */
  announces: number;
  /** Answers that nodes got; stands in for a tracker that reports nothing. */
  answers: number;
  /** `[start, announces]` of the last slices of 5 s; what `announcesPerMinute` adds up. */
  recent: [number, number][];
}

export interface NodeModel {
  name: string;
  role: Role;
  group: string;
  state: NodeState;
  /** When it came into this state. */
  since: number;
  client: string | null;
  address: string | null;
  peerId: string | null;
  error: string | null;
  settings: NodeSettings | null;
  memory: number | null;
  load: number | null;
  clock: SampleClock | null;
  /** When it was given what it fetches. */
  releasedAt: number | null;
  /** By info-hash. */
  torrents: Dictionary<NodeTorrentModel>;
}

export interface NodeTorrentModel {
  /** Whether it shares the torrent from its sources or fetches it. */
  duty: "seed" | "fetch";
  state: TorrentState;
  error: string | null;
  pieces: Pieces;
  have: number;
  completedAt: number | null;
  downloaded: Meter;
  uploaded: Meter;
  wasted: Meter;
  hashFailures: number;
  /** Those found to have sent corrupt pieces, by peer. */
  corrupt: Dictionary<CorruptModel>;
  connected: number;
  /** By peer: a node's name, or a stranger's address. Closed ones to other nodes stay for their totals. */
  connections: Dictionary<ConnectionModel>;
  /** The newest last. */
  chokes: ChokeEvent[];
  /** The tracker's last word to this node. */
  announcedAt: number | null;
  trackerError: string | null;
}

/** What a node holds against a peer. */
export interface CorruptModel {
  pieces: number;
  /** Until when it refuses it. */
  bannedUntil: number;
}

export interface ConnectionModel {
  open: boolean;
  since: number;
  client: string | null;
  flags: string;
  /** Whether this node unchokes the peer, and by its optimistic slot. */
  unchoked: boolean;
  optimistic: boolean;
  interested: boolean;
  downloaded: Meter;
  uploaded: Meter;
}

/** What a node did to a peer; `left` is the end of their connection. */
export interface ChokeEvent {
  t: number;
  peer: string;
  type: "choke" | "unchoke" | "optimistic" | "left";
}

export function emptyModel(): SwarmModel {
  return {
    seq: 0,
    t: 0,
    run: null,
    torrents: {},
    nodes: {},
    releasedAt: null,
    change: null,
    cuts: [],
    stopping: false,
  };
}

export function newTorrent(info: TorrentInfo, t: number): TorrentModel {
  return {
    info,
    retired: false,
    addedAt: t,
    missingSince: null,
    tracker: { complete: 0, incomplete: 0, announces: 0, answers: 0, recent: [] },
    given: {},
  };
}

export function newNode(name: string, role: Role, t: number): NodeModel {
  return {
    name,
    role,
    group: role,
    state: "created",
    since: t,
    client: null,
    address: null,
    peerId: null,
    error: null,
    settings: null,
    memory: null,
    load: null,
    clock: null,
    releasedAt: null,
    torrents: {},
  };
}

export function newNodeTorrent(duty: "seed" | "fetch", info: TorrentInfo): NodeTorrentModel {
  return {
    duty,
    state: "waiting",
    error: null,
    pieces: noPieces(info.pieceCount),
    have: 0,
    completedAt: null,
    downloaded: idleMeter,
    uploaded: idleMeter,
    wasted: idleMeter,
    hashFailures: 0,
    corrupt: {},
    connected: 0,
    connections: {},
    chokes: [],
    announcedAt: null,
    trackerError: null,
  };
}

export function newConnection(t: number): ConnectionModel {
  return {
    open: false,
    since: t,
    client: null,
    flags: "",
    unchoked: false,
    optimistic: false,
    interested: false,
    downloaded: idleMeter,
    uploaded: idleMeter,
  };
}
