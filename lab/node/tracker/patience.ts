import { isOurs } from "../peer/peer-id.ts";

/** Milliseconds that a peer may be silent after an announce, by its peer id (40 hex digits). */
export type Patience = (peerId: string) => number;

/**
 * Milliseconds between announces of clients that others wrote, whatever shorter time they are told: rTorrent's usual ten
 * minutes; libtorrent's least are five.
 */
const OTHERS_INTERVAL_MS = 600_000;
/** What a peer that announces every second interval may be late. */
const SLACK_MS = 1000;

/** How long to wait for peers that are told to announce every `interval` seconds. Only our own are sure to do so. */
export function patienceFor(interval: number): Patience {
  const ours = 2000 * interval + SLACK_MS;
  const others = Math.max(ours, 2 * OTHERS_INTERVAL_MS + SLACK_MS);
  return (peerId) => (isOurs(peerId) ? ours : others);
}
