import { type Attempt, BLOCK_LENGTH } from "./attempt.ts";
import { createRateMeter, type RateMeter } from "./rate-meter.ts";
import type { Refusal } from "./refusals.ts";
import type { Wire } from "./webtorrent-client.ts";

/** What a peer has of a piece: `back` is what it has, too, and refused to send a moment ago. */
export const HOLDS = { no: 0, yes: 1, back: 2 } as const;

/** What is known of a connection as a source of pieces. */
export interface Connection {
  readonly wire: Wire;
  /** One of `HOLDS` for each piece. */
  readonly has: Uint8Array;
  /** Of the pieces that it holds back, the oldest first. */
  readonly refusals: Refusal[];
  /** Pieces that it has and we do not. */
  useful: number;
  readonly rate: RateMeter;
  /** The piece that it works on. */
  current: Attempt<Connection> | undefined;
  /** When it last sent a block, or was first asked for one: milliseconds of `performance.now()`. */
  since: number;
  /** It was asked, may send and does not. */
  snubs: boolean;
  /** Its socket takes no more requests, which is so some time before it is closed. */
  ended: boolean;
}

/** Blocks that are asked for ahead: this much time of what the peer sends, so that its uplink is never idle for want of them. */
const AHEAD_SECONDS = 0.4;
const AHEAD_BLOCKS = { least: 3, most: 128 };
/** After this long without a block, others are asked for what this peer was. */
const SNUBBED_MS = 10_000;

export function createConnection(wire: Wire, pieceCount: number): Connection {
  return {
    wire,
    has: new Uint8Array(pieceCount),
    refusals: [],
    useful: 0,
    rate: createRateMeter(),
    current: undefined,
    since: performance.now(),
    snubs: false,
    ended: false,
  };
}

/** How many blocks may be asked for and not there: at most as many as the peer says it takes (`reqq`, BEP 10). */
export function aheadOf({ wire, rate, snubs }: Connection): number {
  if (snubs) return 1;
  const { reqq } = wire.peerExtendedHandshake;
  const most = typeof reqq === "number" && reqq > 0 ? Math.min(reqq, AHEAD_BLOCKS.most) : AHEAD_BLOCKS.most;
  const wanted = AHEAD_BLOCKS.least + Math.ceil((rate.bytesPerSecond() * AHEAD_SECONDS) / BLOCK_LENGTH);
  return Math.min(wanted, most);
}

/** It owes us blocks, and none came for long. */
export function keepsWaiting({ wire, since }: Connection): boolean {
  return wire.requests.length > 0 && performance.now() - since > SNUBBED_MS;
}
