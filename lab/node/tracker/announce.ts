import type { LibraryAnnounce } from "bittorrent-tracker/server";
import type { PeerKey } from "./address.ts";

/** One announce after its border, whatever protocol it came by. Fronts fill one object again and again. */
export interface Announce extends LibraryAnnounce {
  /** 20 bytes as a Latin-1 string: the cheapest key that a `Map` takes. */
  infoHash: string;
  /** Address as the network told it, and the port that the peer listens on. */
  addr: PeerKey;
  uploaded: number;
  downloaded: number;
}

const DEFAULT_PEERS = 50;
/** 200 IPv4 peers make a datagram of 1220 bytes, 66 IPv6 peers one of 1208: both fit an Ethernet frame. */
export const MOST_PEERS = { 4: 200, 6: 66 } as const;

/** Peers to hand out for what a client asked: absent or negative is the default. */
export function numwantOf(asked: number | undefined, most: number = MOST_PEERS[4]): number {
  return asked === undefined || asked < 0 ? Math.min(DEFAULT_PEERS, most) : Math.min(asked, most);
}

export function emptyAnnounce(type: Announce["type"]): Announce {
  return {
    type,
    infoHash: "",
    addr: 0,
    event: "update",
    left: null,
    numwant: 0,
    peer_id: "",
    uploaded: 0,
    downloaded: 0,
  };
}
