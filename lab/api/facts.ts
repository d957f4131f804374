import * as z from "zod";
import { bitfieldHex, bytes, count, flagsPattern, infoHash, torrentState } from "./words.ts";

/**
 * What nodes report. On the wire (node → controller) `peer` is a peer id; the controller maps it to the node's name, or
 * to the address of a stranger, before the fact becomes a journal line. `torrent` is an info-hash.
 */

const peer = z.string().max(100);
const giver = z.object({ peer, bytes });
const torrent = infoHash;

/** Facts of a seeder or leecher. Choke facts are the sender's: "I choke `peer`". */
export const peerFacts = [
  /** A torrent changed its state on this node; with its pieces when a check ended, with the reason when in error. */
  z.object({
    type: z.literal("torrent"),
    torrent,
    state: torrentState,
    bitfield: bitfieldHex.optional(),
    error: z.string().max(1000).optional(),
  }),
  /** This node verified a piece; `from` are the bytes each giver sent for it. */
  z.object({
    type: z.literal("have"),
    torrent,
    piece: count,
    from: z.array(giver),
  }),
  /** A piece did not match its hash and was thrown away; `from` are its senders. */
  z.object({
    type: z.literal("hash-failed"),
    torrent,
    piece: count,
    from: z.array(giver),
  }),
  /** `peer` was found to have sent corrupt pieces of the torrent, and this node refuses it for a while. */
  z.object({
    type: z.literal("banned"),
    torrent,
    peer,
    /** Corrupt pieces that it sent to this node so far. */
    pieces: count,
    /** How long it is refused. */
    seconds: count,
  }),
  z.object({ type: z.literal("choke"), torrent, peer }),
  z.object({
    type: z.literal("unchoke"),
    torrent,
    peer,
    optimistic: z.boolean(),
  }),
  z.object({ type: z.literal("interested"), torrent, peer }),
  z.object({ type: z.literal("not-interested"), torrent, peer }),
  z.object({
    type: z.literal("peer-connected"),
    torrent,
    peer,
    address: z.string().max(100),
    incoming: z.boolean(),
    client: z.string().max(100).optional(),
  }),
  z.object({
    type: z.literal("peer-left"),
    torrent,
    peer,
    reason: z.string().max(300).optional(),
  }),
  /** The tracker answered this node. */
  z.object({
    type: z.literal("tracker-answer"),
    torrent,
    complete: count,
    incomplete: count,
    /** Seconds until the next announce. */
    interval: z.number(),
  }),
  z.object({
    type: z.literal("tracker-error"),
    torrent,
    error: z.string().max(1000),
  }),
] as const;

/** Facts of the tracker; `event` is `update` for a regular announce. */
export const trackerFacts = [
  z.object({
    type: z.literal("announce"),
    torrent,
    peer,
    address: z.string().max(100),
    event: z.enum(["started", "completed", "stopped", "update"]),
    protocol: z.enum(["http", "udp"]),
    uploaded: z.number(),
    downloaded: z.number(),
    /** `null` where the client did not say. */
    left: z.number().nullable(),
    /** Of the swarm, after this announce. */
    complete: count,
    incomplete: count,
    /** Peers handed out. */
    peers: count,
  }),
  z.object({
    type: z.literal("scrape"),
    torrents: z.array(torrent).max(100),
    address: z.string().max(100),
  }),
  /**
   * The tracker dropped a peer: it was silent for two of the intervals that it was told, or the most silent one when a table
   * was full. Journals of before give no reason.
   */
  z.object({
    type: z.literal("peer-expired"),
    torrent,
    peer,
    reason: z.enum(["silent", "full"]).optional(),
    complete: count,
    incomplete: count,
  }),
] as const;

export const fact = z.discriminatedUnion("type", [...peerFacts, ...trackerFacts]);
export type Fact = z.infer<typeof fact>;
export type FactOf<T extends Fact["type"]> = Extract<Fact, { type: T }>;

/** `[peer, downloaded, uploaded, flags]`: payload bytes since the connection's first byte, and its state now. */
export type ConnectionSample = [peer: string, downloaded: number, uploaded: number, flags: string];
/** By hand: a tuple's schema copies and checks each place on its own, and of these rows come more than of all else. */
export const connectionSample = z.custom<ConnectionSample>(
  isConnectionSample,
  "a connection is [peer, bytes, bytes, flags]",
);

function isConnectionSample(row: unknown): row is ConnectionSample {
  if (!Array.isArray(row) || row.length !== 4) return false;
  const [name, downloaded, uploaded, flags] = row as unknown[];
  if (typeof name !== "string" || name.length > 100 || !isBytes(downloaded) || !isBytes(uploaded)) return false;
  return typeof flags === "string" && flagsPattern.test(flags);
}

function isBytes(number: unknown): boolean {
  return Number.isSafeInteger(number) && Number(number) >= 0;
}

/** One torrent's counters on one node. All are totals since the node's process began; rates are computed from differences. */
export const torrentSample = z.object({
  torrent,
  /** Payload bytes received from peers, wasted ones included. */
  downloaded: bytes,
  /** Payload bytes sent to peers. */
  uploaded: bytes,
  /** Received bytes that were duplicates or failed their hash. */
  wasted: bytes,
  /** Bytes still missing. */
  left: bytes,
  /** Open connections. */
  connected: count,
  /**
   * Connections that changed since they were last told, which is in every sample, or, where many change, in every second
   * one; all of them in the first sample after a hello.
   */
  peers: z.array(connectionSample),
});
export type TorrentSample = z.infer<typeof torrentSample>;

/** A node's counters, once a second. */
export const sample = z.object({
  type: z.literal("sample"),
  /** Private memory in bytes (Linux: anonymous pages of the process); `null` where unknown. */
  memory: bytes.nullable(),
  /** Share of the last second in which the event loop was busy, 0–1. */
  load: z.number().min(0).max(1),
  /** Those whose counters or connections changed since the last sample; all of them in the first one after a hello. */
  torrents: z.array(torrentSample),
});
export type Sample = z.infer<typeof sample>;
