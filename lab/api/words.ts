import * as z from "zod";
import { knobLimits } from "./knob-limits.ts";

/** Border schemas of the field's words. Bytes, bytes per second and seconds everywhere; unlimited is `null`. */

/** SHA-1 of the raw info dictionary, 40 lower-case hex digits (BEP 3). */
export const infoHash = z.string().regex(/^[0-9a-f]{40}$/, "an info-hash is 40 hex digits");
/** 20 bytes as 40 lower-case hex digits (BEP 3, BEP 20). */
export const peerId = z.string().regex(/^[0-9a-f]{40}$/, "a peer id is 40 hex digits");
/** A bitfield as hex, first piece in the highest bit. */
export const bitfieldHex = z.string().regex(/^([0-9a-f]{2})*$/);
export const count = z.number().int().nonnegative();
export const bytes = z.number().int().nonnegative();
/** Bytes per second; `null` is unlimited. */
export const rate = z.number().int().nonnegative().nullable();
/** Names of labs, groups and nodes: what a DNS label, a container and a folder can all carry. */
export const name = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a name has lower-case letters, digits and inner dashes, 63 at most");

export const role = z.enum(["tracker", "controller", "web", "seeder", "leecher"]);
export type Role = z.infer<typeof role>;

export const runtimeKind = z.enum(["docker", "process"]);
export type RuntimeKind = z.infer<typeof runtimeKind>;

export const labState = z.enum(["starting", "running", "stalled", "complete", "degraded", "stopping"]);
export type LabState = z.infer<typeof labState>;
export const nodeState = z.enum(["created", "starting", "running", "paused", "stopped", "failed"]);
export type NodeState = z.infer<typeof nodeState>;
export const torrentState = z.enum(["checking", "waiting", "downloading", "seeding", "retired", "error"]);
export type TorrentState = z.infer<typeof torrentState>;

export const strategy = z.enum(["rarest", "sequential"]);
export type Strategy = z.infer<typeof strategy>;

/**
 * What a peer is like to others. `poison` sends wrong bytes in every block · `freeride` takes and has no upload slot ·
 * `silent` unchokes and never sends a block · `slow` sends each peer a trickle.
 */
export const behaviour = z.enum(["honest", "poison", "freeride", "silent", "slow"]);
export type Behaviour = z.infer<typeof behaviour>;

/** Upload slots, one of them optimistic. */
export const slots = z.number().int().min(knobLimits.slots.least).max(knobLimits.slots.most);
/** Connections a torrent at the most. */
export const maxPeers = z.number().int().min(knobLimits.maxPeers.least).max(knobLimits.maxPeers.most);

/** The knobs of a peer: the controller's answer to its hello, changed live by the `settings` command. */
export const peerSettings = z.object({
  /** Payload upload limit. */
  up: rate,
  /** Payload download limit. */
  down: rate,
  slots,
  strategy,
  /** The last blocks are asked for from several peers at once, and cancelled where they are not needed any more. */
  endgame: z.boolean(),
  /** An only seed shows each peer other pieces, and more of them once they spread (BEP 16). */
  superSeeding: z.boolean(),
  maxPeers,
  /** Honest when absent, so that journals and plans of honest peers stay as they were. */
  behaviour: behaviour.optional(),
});
export type PeerSettings = z.infer<typeof peerSettings>;

/** Of a peer that nobody has told anything else. */
export const usualSettings = {
  up: null,
  down: null,
  slots: 4,
  strategy: "rarest",
  endgame: true,
  superSeeding: true,
  maxPeers: 50,
} as const satisfies PeerSettings;

/**
 * A connection's state as torrent clients print it, any of `DdUuK?OSI` together.
 * `D` we want data and are unchoked · `d` … and are choked · `U` they want data and we unchoke them · `u` … and we
 * choke them · `K` they unchoke us, we are not interested · `?` we unchoke them, they are not interested ·
 * `O` our optimistic unchoke · `S` snubbed · `I` incoming.
 */
export const flagsPattern = /^[DdUuK?OSIHXL]*$/;
export const peerFlags = z.string().regex(flagsPattern);

/** What a run hands out and shows of a torrent. */
export const torrentInfo = z
  .object({
    name: z.string(),
    infoHash,
    length: bytes,
    pieceLength: z.number().int().positive(),
    pieceCount: count,
    /** The entry of `sources/` it was made of. */
    source: z.string(),
  })
  .refine(({ length, pieceLength, pieceCount }) => pieceCount === Math.ceil(length / pieceLength), {
    error: "the pieces do not make up the length",
  });
export type TorrentInfo = z.infer<typeof torrentInfo>;
