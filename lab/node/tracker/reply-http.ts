import { familyOf } from "./address.ts";
import { type Announce, MOST_PEERS } from "./announce.ts";
import type { Swarm } from "./swarm.ts";

/** Bodies are Latin-1 strings, one character a byte: Node sends those in one write with the header. */
export interface AnnounceReply {
  readonly body: string;
  /** Peers in it. */
  readonly peers: number;
}

const compact4 = Buffer.alloc(6 * MOST_PEERS[4]);
const compact6 = Buffer.alloc(18 * MOST_PEERS[4]);

/**
 * Compact, whatever `compact` says (as opentracker). Keys in opentracker's order; a `stopped` gets an empty list and no
 * `downloaded`. An empty list is left out, but one of the asking family stays where there is no peer at all: some clients
 * take a reply without any list for an error.
 */
export function announceReply(swarm: Swarm, announce: Announce, interval: number): AnnounceReply {
  const family = familyOf(announce.addr);
  const stopped = announce.event === "stopped";
  const want = stopped ? { 4: 0, 6: 0 } : shares(swarm, announce.numwant);
  const bytes4 = swarm.write(compact4, 0, 4, want[4], announce.addr);
  const bytes6 = swarm.write(compact6, 0, 6, want[6], announce.addr);
  const nobody = bytes4 === 0 && bytes6 === 0;
  let body = `d8:completei${swarm.complete}e`;
  if (!stopped) body += `10:downloadedi${swarm.downloaded}e`;
  body += `10:incompletei${swarm.incomplete}e8:intervali${interval}e12:min intervali${minInterval(interval)}e`;
  if (bytes4 > 0 || (nobody && family === 4)) body += `5:peers${bytes4}:${compact4.toString("latin1", 0, bytes4)}`;
  if (bytes6 > 0 || (nobody && family === 6)) body += `6:peers6${bytes6}:${compact6.toString("latin1", 0, bytes6)}`;
  return { body: `${body}e`, peers: bytes4 / 6 + bytes6 / 18 };
}

export function minInterval(interval: number): number {
  return Math.max(1, interval >> 1);
}

/** Unknown torrents are left out (opentracker). Keys sorted, as bencode wants them (BEP 3). */
export function scrapeReply(hashes: readonly string[], find: (hash: string) => Swarm | undefined): string {
  let body = "d5:filesd";
  for (const hash of hashes.toSorted()) {
    const swarm = find(hash);
    if (!swarm) continue;
    body += `20:${hash}d8:completei${swarm.complete}e10:downloadedi${swarm.downloaded}e10:incompletei${swarm.incomplete}ee`;
  }
  return `${body}ee`;
}

export function failureReply(reason: string): string {
  return `d14:failure reason${Buffer.byteLength(reason)}:${reason}e`;
}

/** At least a quarter for each family that has peers, the rest in proportion. */
function shares(swarm: Swarm, want: number): { 4: number; 6: number } {
  const count4 = swarm.peers.count(4);
  const count6 = swarm.peers.count(6);
  if (count6 === 0) return { 4: want, 6: 0 };
  if (count4 + count6 <= want) return { 4: count4, 6: count6 };
  const quarter = Math.ceil(want / 4);
  const fair = Math.round((want * count4) / (count4 + count6));
  const least = Math.max(Math.min(quarter, count4), want - count6);
  const most = Math.min(want - Math.min(quarter, count6), count4);
  const share4 = Math.min(most, Math.max(least, fair));
  return { 4: share4, 6: want - share4 };
}
