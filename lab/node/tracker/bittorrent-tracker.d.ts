/** As much of bittorrent-tracker's server (11.2) as we extend; see `swarm.ts`. */
declare module "bittorrent-tracker/server" {
  /** What the library keeps of a peer. */
  export interface LibraryPeer {
    /** Whether the peer has the whole torrent. */
    complete: boolean;
    peerId: string;
  }

  /** What the library reads of an announce. */
  export interface LibraryAnnounce {
    type: "http" | "udp";
    /** The peer's key in `peers`. */
    addr: number | string;
    event: "started" | "completed" | "stopped" | "update";
    /** Bytes missing; 0 makes a seeder. */
    left: number | null;
    numwant: number;
    peer_id: string;
  }

  /** The library's peer table: by default an LRU cache. */
  export interface LibraryPeers {
    get(key: number | string): LibraryPeer | undefined;
    set(key: number | string, peer: LibraryPeer): void;
    remove(key: number | string): void;
  }

  declare class Swarm {
    constructor(infoHash: string, server: { peersCacheLength?: number; peersCacheTtl?: number });
    readonly infoHash: string;
    complete: number;
    incomplete: number;
    peers: LibraryPeers;
    announce(params: LibraryAnnounce, done: (error: Error | null) => void): void;
    protected _getPeers(numwant: number, peerId: string, webRtc: boolean): readonly LibraryPeer[];
  }

  const Server: { readonly Swarm: typeof Swarm };
  export default Server;
}
