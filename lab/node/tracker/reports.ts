import type { Fact } from "../../api/facts.ts";
import { formatKey } from "./address.ts";
import type { Announce } from "./announce.ts";
import type { Seat } from "./seats.ts";
import type { Swarm } from "./swarm.ts";
import type { Expiry } from "./swarms.ts";

/** Tells the controller what the tracker saw. */
export interface Reports {
  announce(announce: Announce, swarm: Swarm, peers: number): void;
  scrape(hashes: readonly string[], address: string): void;
  expired(swarm: Swarm, seat: Seat, reason: Expiry): void;
}

/**
 * Facts a second at the most. Fifty peers make some ten; a flood must not become the controller's and the journal's
 * flood, so what is beyond is counted and said once a second.
 */
const FACTS_A_SECOND = 1000;

export function createReports(emit: (fact: Fact) => void, log: (line: string) => void, now: () => number): Reports {
  let second = now();
  let told = 0;
  let untold = 0;

  return {
    announce(announce, swarm, peers) {
      if (!admit()) return;
      emit({
        type: "announce",
        torrent: swarm.hex,
        peer: announce.peer_id,
        address: formatKey(announce.addr),
        event: announce.event,
        protocol: announce.type,
        uploaded: announce.uploaded,
        downloaded: announce.downloaded,
        left: announce.left,
        complete: swarm.complete,
        incomplete: swarm.incomplete,
        peers,
      });
    },
    scrape(hashes, address) {
      if (!admit()) return;
      emit({ type: "scrape", torrents: hashes.map((hash) => Buffer.from(hash, "latin1").toString("hex")), address });
    },
    expired(swarm, { peer }, reason) {
      if (!admit()) return;
      const { complete, incomplete } = swarm;
      emit({ type: "peer-expired", torrent: swarm.hex, peer: peer.peerId, reason, complete, incomplete });
    },
  };

  function admit(): boolean {
    const time = now();
    if (time - second >= 1000) {
      if (untold > 0)
        log(`${untold} announces and scrapes were answered but not reported: more than ${FACTS_A_SECOND} a second`);
      second = time;
      told = 0;
      untold = 0;
    }
    told += 1;
    if (told > FACTS_A_SECOND) untold += 1;
    return told <= FACTS_A_SECOND;
  }
}

/** Where nobody listens. */
export const noReports: Reports = { announce() {}, scrape() {}, expired() {} };
