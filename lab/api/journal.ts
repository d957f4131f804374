import * as z from "zod";
import { fact, sample } from "./facts.ts";
import { nodeSettings } from "./node.ts";
import { bytes, count, infoHash, nodeState, role, runtimeKind, torrentInfo } from "./words.ts";

/** What a run is about: the first line of every journal, repeated when the plan changes. */
export const runFact = z.object({
  type: z.literal("run"),
  lab: z.string(),
  runtime: runtimeKind,
  profile: z.string(),
  /** RFC 3339. */
  startedAt: z.string(),
  tracker: z.object({
    kind: z.string(),
    url: z.string(),
    interval: z.number(),
  }),
  torrents: z.array(torrentInfo),
  nodes: z.array(
    z.object({
      node: z.string(),
      role,
      group: z.string(),
      settings: nodeSettings.nullable(),
      /** Info-hashes that it shares from its sources, and those that it fetches. */
      seeds: z.array(infoHash),
      fetches: z.array(infoHash),
    }),
  ),
});

/** Facts of the controller itself; a line about a node carries that node's name. */
export const controllerFacts = [
  runFact,
  /** The node's life: created → starting → running (said hello) → paused | stopped | failed. */
  z.object({
    type: z.literal("node"),
    state: nodeState,
    role: role.optional(),
    client: z.string().optional(),
    address: z.string().optional(),
    peerId: z.string().optional(),
    error: z.string().optional(),
  }),
  z.object({ type: z.literal("settings"), settings: nodeSettings }),
  /** The leechers were let go: the clock of the efficiency starts here. */
  z.object({ type: z.literal("release"), nodes: z.array(z.string()) }),
  /** A torrent came into the run (`added`) or is no longer shared (`retired`). */
  z.object({ type: z.literal("torrent-added"), info: torrentInfo }),
  z.object({ type: z.literal("torrent-retired"), torrent: infoHash }),
  z.object({
    type: z.literal("command"),
    command: z.string(),
    detail: z.unknown(),
    ok: z.boolean(),
    error: z.string().optional(),
  }),
  z.object({ type: z.literal("mark"), text: z.string().max(200) }),
  z.object({ type: z.literal("stopping") }),
] as const;

const envelope = z.object({
  v: z.literal(1),
  run: z.string(),
  seq: count,
  /** Seconds since the run began, on the controller's monotonic clock. */
  t: z.number(),
  /** Who reports: the node's name; `controller` for the controller's own. */
  node: z.string(),
});

export const journalBody = z.discriminatedUnion("type", [...fact.options, sample, ...controllerFacts]);
export type JournalBody = z.infer<typeof journalBody>;

/** One line of the journal: an envelope and what happened. */
export const journalLine = envelope.and(journalBody);
export type JournalLine = z.infer<typeof journalLine>;
export type JournalLineOf<T extends JournalBody["type"]> = z.infer<typeof envelope> & Extract<JournalBody, { type: T }>;

/** What a node answers to `verify`: SHA-256 of every file of every torrent that it has whole. */
export const verifyReport = z.array(
  z.object({
    torrent: infoHash,
    complete: z.boolean(),
    files: z.array(z.object({ path: z.string(), length: bytes, sha256: z.string() })),
  }),
);
export type VerifyReport = z.infer<typeof verifyReport>;

/** The value of the command `verify`: by node its report, or why there is none. */
export const verifyAnswer = z.record(z.string(), z.union([verifyReport, z.object({ error: z.string() })]));
export type VerifyAnswer = z.infer<typeof verifyAnswer>;
