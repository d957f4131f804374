import * as z from "zod";
import { fact, sample } from "./facts.ts";
import { count, infoHash, peerId, peerSettings, role } from "./words.ts";

/** The node protocol: JSON text messages over a WebSocket that the node opens to `/v1/node` of the controller. */

export const trackerSettings = z.object({
  /** Seconds between announces that the tracker asks for. */
  interval: z.number().positive(),
});
export const nodeSettings = z.union([peerSettings, trackerSettings]);
export type NodeSettings = z.infer<typeof nodeSettings>;

/** The first message of a node. An empty `node` asks for a name (`compose.yaml` alone: GROUP-N in order of hello). */
export const hello = z.object({
  type: z.literal("hello"),
  node: z.string().max(63),
  role,
  /** Program and version, for people. */
  client: z.string().max(100),
  /** Hex; of peers only. */
  peerId: peerId.optional(),
  /** TCP port for peers or announces. */
  port: count.max(65535),
  token: z.string().max(200),
});
export type Hello = z.infer<typeof hello>;

/** One torrent's duty on a node. `seed`: data lies in the sources folder. `fetch`: download it (and then seed it). */
export const torrentOrder = z.object({
  infoHash,
  duty: z.enum(["seed", "fetch"]),
});
export type TorrentOrder = z.infer<typeof torrentOrder>;

/** What the controller asks of a node. Every command is answered by one `result` with the same id. */
export const nodeCommand = z.discriminatedUnion("type", [
  z.object({ type: z.literal("settings"), settings: nodeSettings }),
  /** The whole set of torrents from now on: what is missing in it is retired, its files are kept. */
  z.object({ type: z.literal("torrents"), torrents: z.array(torrentOrder) }),
  /** Announce to the tracker now. */
  z.object({ type: z.literal("announce") }),
  /** Answer with a `VerifyReport`. */
  z.object({ type: z.literal("verify") }),
  /** Drop and refuse connections with these peer ids; an empty list heals. */
  z.object({ type: z.literal("cut"), peers: z.array(peerId) }),
]);
export type NodeCommand = z.infer<typeof nodeCommand>;

export const toController = z.discriminatedUnion("type", [
  hello,
  z.object({ type: z.literal("facts"), facts: z.array(fact) }),
  sample,
  z.object({
    type: z.literal("result"),
    id: count,
    ok: z.boolean(),
    error: z.string().max(1000).optional(),
    value: z.unknown().optional(),
  }),
  /** A clean end: what follows is no failure. */
  z.object({ type: z.literal("bye") }),
]);
export type ToController = z.infer<typeof toController>;

export const toNode = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    node: z.string(),
    settings: nodeSettings,
    torrents: z.array(torrentOrder),
  }),
  /** The hello was not accepted; the connection is closed and the node ends with this reason. */
  z.object({ type: z.literal("refused"), reason: z.string() }),
  z.object({ type: z.literal("command"), id: count, command: nodeCommand }),
]);
export type ToNode = z.infer<typeof toNode>;
export type Welcome = Extract<ToNode, { type: "welcome" }>;
