import * as z from "zod";
import {
  behaviour,
  bitfieldHex,
  bytes,
  count,
  infoHash,
  labState,
  nodeState,
  peerFlags,
  rate,
  role,
  runtimeKind,
  strategy,
  torrentInfo,
  torrentState,
} from "./words.ts";

/** `lab status --json` and `GET /v1/status`: the contract for scripts. Fields are added, never renamed. */

/** One open connection, seen from the node that lists it. Only with `?connections=1`. */
export const connectionStatus = z.object({
  /** The other node's name, or a stranger's address. */
  peer: z.string(),
  flags: peerFlags,
  /** Payload bytes. */
  downloaded: bytes,
  uploaded: bytes,
  downloadSpeed: z.number(),
  uploadSpeed: z.number(),
});
export type ConnectionStatus = z.infer<typeof connectionStatus>;

export const nodeTorrentStatus = z.object({
  infoHash,
  /** `seed`: it has it in its sources. `fetch`: it gets it from others. */
  duty: z.enum(["seed", "fetch"]),
  state: torrentState,
  /** Share of the bytes, 0–1. */
  progress: z.number(),
  have: count,
  pieces: bitfieldHex,
  downloaded: bytes,
  uploaded: bytes,
  wasted: bytes,
  left: bytes,
  downloadSpeed: z.number(),
  uploadSpeed: z.number(),
  /** uploaded ÷ downloaded; `null` where nothing was downloaded. */
  ratio: z.number().nullable(),
  peers: count,
  unchoked: count,
  /** Seconds since the run began. */
  completedAt: z.number().nullable(),
  /** Pieces that it threw away because their hash was wrong. */
  hashFailures: count,
  /** Who was found to have sent them; `banned` while it refuses that peer. */
  corrupt: z.array(z.object({ peer: z.string(), pieces: count, banned: z.boolean() })),
  error: z.string().nullable(),
  connections: z.array(connectionStatus).optional(),
});
export type NodeTorrentStatus = z.infer<typeof nodeTorrentStatus>;

export const nodeStatus = z.object({
  name: z.string(),
  role,
  group: z.string(),
  client: z.string().nullable(),
  state: nodeState,
  address: z.string().nullable(),
  error: z.string().nullable(),
  limits: z.object({ up: rate, down: rate }),
  slots: count.nullable(),
  strategy: strategy.nullable(),
  endgame: z.boolean().nullable(),
  superSeeding: z.boolean().nullable(),
  maxPeers: count.nullable(),
  /** `null` for nodes that are no peers. */
  behaviour: behaviour.nullable(),
  memory: bytes.nullable(),
  load: z.number().nullable(),
  torrents: z.array(nodeTorrentStatus),
});
export type NodeStatus = z.infer<typeof nodeStatus>;

export const swarmStatus = z.object({
  infoHash,
  /** Live nodes that have it whole, and that do not. */
  complete: count,
  incomplete: count,
  /** Live peers that hold each piece and give it: no poisoners, freeriders and silent ones. */
  availability: z.array(count),
  /** Minimum of the availability + share of the pieces above it. */
  distributedCopies: z.number(),
  /** Minimum distribution time in seconds (Kumar & Ross 2006). */
  bound: z.number().nullable(),
  /** Why there is no bound, in words. */
  boundProblem: z.string().nullable(),
  /** Seconds from the leechers' release to now, or to the last completion. */
  elapsed: z.number().nullable(),
  /** bound ÷ elapsed, once complete. */
  efficiency: z.number().nullable(),
  completedAt: z.number().nullable(),
  /** Why nothing can go on, or `null`. */
  stalled: z.string().nullable(),
});
export type SwarmStatus = z.infer<typeof swarmStatus>;

export const labStatus = z.object({
  schemaVersion: z.literal(1),
  /** The journal's last line that is in this picture. */
  seq: count,
  /** Seconds since the run began. */
  t: z.number(),
  lab: z.object({
    name: z.string(),
    run: z.string(),
    runtime: runtimeKind,
    profile: z.string(),
    state: labState,
    startedAt: z.string(),
    controllerUrl: z.string().nullable(),
  }),
  tracker: z.object({
    kind: z.string(),
    url: z.string(),
    interval: z.number(),
    complete: count,
    incomplete: count,
    announces: count,
  }),
  torrents: z.array(torrentInfo),
  nodes: z.array(nodeStatus),
  swarms: z.array(swarmStatus),
});
export type LabStatus = z.infer<typeof labStatus>;
