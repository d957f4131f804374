import { CHOKES_KEPT } from "../../../swarm/connection.ts";
import { lookup } from "../../../swarm/dictionary.ts";
import type { NodeTorrentModel } from "../../../swarm/model.ts";
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
  /** Number of the owner's colour. */
  readonly hue: number;
  readonly lanes: readonly ChokeLane[];
  /** The time that is shown; seconds since the run began. */
  readonly from: number;
  readonly to: number;
}

const SHOWN_SECONDS = 120;
/** Among more peers only those that were unchoked get a lane. */
const CROWD = 16;

/** Whom a peer unchoked when, from the events that are kept of it; one lane for each of the others. */
export function chokeLanesOf({ node, part, hue }: PeerPart, others: readonly string[], now: number): ChokeLanes {
  const oldest = part.chokes[0]?.t ?? now;
  const from = Math.max(oldest, now - SHOWN_SECONDS);
  const lanes = others
    .filter((peer) => peer !== node.name)
    .map((peer) => ({ peer, stretches: stretchesOf(part, peer, from, now) }));
  const shown = lanes.length > CROWD ? lanes.filter((lane) => lane.stretches.length > 0) : lanes;
  return { owner: node.name, hue, lanes: shown, from, to: Math.max(now, from + 1) };
}

function stretchesOf({ chokes, connections }: NodeTorrentModel, peer: string, from: number, now: number): Stretch[] {
  const own = chokes.filter((event) => event.peer === peer);
  const connection = lookup(connections, peer);
  // A slot that has been open for longer than events are kept has none to tell of it.
  if (own.length === 0 && connection?.unchoked) return [{ from, to: now, optimistic: connection.optimistic }];
  const [first] = own;
  // Who is choked had a slot before; that it was given is forgotten.
  const before = first?.type === "choke" && chokes.length >= CHOKES_KEPT;
  const open = before ? [{ from, to: first.t, optimistic: false }] : [];
  const all = own.flatMap((event, index): Stretch[] => {
    if (event.type === "choke" || event.type === "left") return [];
    return [{ from: event.t, to: own[index + 1]?.t ?? now, optimistic: event.type === "optimistic" }];
  });
  return [...open, ...all].filter(({ to }) => to > from).map((one) => ({ ...one, from: Math.max(one.from, from) }));
}
