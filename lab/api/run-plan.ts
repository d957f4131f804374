import * as z from "zod";
import { infoHash, name, peerSettings, role, runtimeKind, torrentInfo } from "./words.ts";

/**
 * What the controller has to know of a plan: `plan.json` in the run's folder, beside `torrents/HASH.torrent`.
 * Nodes that are not in it are refused, unless `adopt` says what a nameless one of a role becomes.
 */
export const plannedPeer = z.object({
  name,
  group: name,
  role: role.extract(["seeder", "leecher"]),
  settings: peerSettings,
  /** Torrents that it shares from its sources folder. */
  seeds: z.array(infoHash),
  fetches: z.array(infoHash),
  /** Seconds after the release at which it gets its torrents. */
  joinAt: z.number().nonnegative(),
  /** Leave the swarm this many seconds after its last completion; `null` stays. */
  lingerAfterComplete: z.number().nonnegative().nullable(),
});
export type PlannedPeer = z.infer<typeof plannedPeer>;

export const runPlan = z.object({
  lab: name,
  run: z.string().regex(/^[0-9a-z-]+$/),
  runtime: runtimeKind,
  profile: z.string(),
  tracker: z.object({
    kind: z.string(),
    url: z.string(),
    interval: z.number().positive(),
  }),
  torrents: z.array(torrentInfo),
  peers: z.array(plannedPeer),
  web: z.boolean(),
  adopt: z
    .object({
      seeder: plannedPeer.pick({ settings: true, seeds: true, fetches: true }),
      leecher: plannedPeer.pick({ settings: true, seeds: true, fetches: true }),
    })
    .optional(),
});
export type RunPlan = z.infer<typeof runPlan>;
