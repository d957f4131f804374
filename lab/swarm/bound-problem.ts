import { usefulUplink } from "./behaviour.ts";
import { knobsOf } from "./knobs.ts";
import { isComplete } from "./live.ts";
import { nodesOf, type Swarm } from "./sharing.ts";
import type { Change, NodeModel, SwarmModel } from "./state.ts";

/** Why there is no bound; `name` is that of a node or a torrent. */
export type BoundProblem = Change | { readonly kind: "unlimited" | "late" | "gone" | "added"; readonly name: string };

const words: Readonly<Record<BoundProblem["kind"], (name: string) => string>> = {
  knobs: (name) => `a knob of ${name} changed`,
  removed: (name) => `${name} was removed`,
  orders: (name) => `${name} is to have other torrents`,
  retired: (name) => `${name} is no longer shared`,
  paused: (name) => `${name} was paused`,
  cut: (names) => `${names} cut off from others`,
  unlimited: (name) => `${name} has no upload limit`,
  late: (name) => `${name} joins late`,
  gone: (name) => `${name} left early`,
  added: (name) => `${name} was added later`,
};

/** Not escaped: a torrent is named by who made it. */
export function problemText({ kind, name }: BoundProblem): string {
  return words[kind](name);
}

/**
 * What keeps these swarms from having a bound: they changed, a peer's uplink has no limit, or not everybody was let go
 * together and is there to the end. Who left when it had all had its part in it, and makes the true time only longer.
 */
export function boundProblem({ change, releasedAt }: SwarmModel, swarms: readonly Swarm[]): BoundProblem | null {
  if (change) return change;
  const unlimited = nodesOf(swarms).find((node) => uplinkOf(node) === null);
  if (unlimited) return { kind: "unlimited", name: unlimited.name };
  if (releasedAt === null) return null;
  return swarms.map((swarm) => absence(swarm, releasedAt)).find((problem) => problem !== null) ?? null;
}

/** Bytes per second of use to others; `null` without a limit. */
export function uplinkOf({ settings }: NodeModel): number | null {
  const knobs = knobsOf(settings);
  return knobs ? usefulUplink(knobs) : null;
}

function absence({ torrent, seeds, fetches }: Swarm, releasedAt: number): BoundProblem | null {
  if (torrent.addedAt > releasedAt) return { kind: "added", name: torrent.info.name };
  const gone = fetches.find(({ node, torrent: part }) => {
    return (node.state === "stopped" || node.state === "failed") && !isComplete(part, torrent.info);
  });
  if (gone) return { kind: "gone", name: gone.node.name };
  // Of those who only seed only who joins later is let go at all.
  const late =
    seeds.find(({ node }) => (node.releasedAt ?? 0) > releasedAt) ??
    fetches.find(({ node }) => node.releasedAt === null || node.releasedAt > releasedAt);
  return late ? { kind: "late", name: late.node.name } : null;
}
