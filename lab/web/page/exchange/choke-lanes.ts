import type { ChokeEvent } from "../../../swarm/model.ts";
import type { PeerPart } from "../state/peers.ts";

/** A stretch of time in which a peer was willing to send to another. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly optimistic: boolean;
}

export interface ChokeLane {
  readonly peer: string;
  readonly stretches: readonly Stretch[];
}

export interface ChokeLanes {
  readonly owner: string;
  readonly lanes: readonly ChokeLane[];
  /** The time that is shown; seconds since the run began. */
  readonly from: number;
  readonly to: number;
}

const SHOWN_SECONDS = 120;
/** Among more peers only those that were unchoked get a lane. */
const CROWD = 16;

/** Whom a peer unchoked when, from the events that are kept of it; one lane for each of the others. */
export function chokeLanesOf({ node, part }: PeerPart, others: readonly string[], now: number): ChokeLanes {
  const oldest = part.chokes[0]?.t ?? now;
  const from = Math.max(oldest, now - SHOWN_SECONDS);
  const lanes = others
    .filter((peer) => peer !== node.name)
    .map((peer) => ({ peer, stretches: stretchesOf(part.chokes, peer, from, now, part.connections[peer]) }));
  const shown = lanes.length > CROWD ? lanes.filter((lane) => lane.stretches.length > 0) : lanes;
  return { owner: node.name, lanes: shown, from, to: Math.max(now, from + 1) };
}

function stretchesOf(
  events: readonly ChokeEvent[],
  peer: string,
  from: number,
  now: number,
  connection: { readonly unchoked: boolean; readonly optimistic: boolean } | undefined,
): Stretch[] {
  const own = events.filter((event) => event.peer === peer);
  // A slot that has been open for longer than events are kept has none to tell of it.
  if (own.length === 0 && connection?.unchoked) return [{ from, to: now, optimistic: connection.optimistic }];
  const all = own.flatMap((event, index): Stretch[] => {
    if (event.type === "choke" || event.type === "left") return [];
    return [{ from: event.t, to: own[index + 1]?.t ?? now, optimistic: event.type === "optimistic" }];
  });
  return all.filter(({ to }) => to > from).map((one) => ({ ...one, from: Math.max(one.from, from) }));
}
