/**
 * What we call of webtorrent 3.0.21 and the packages under it; there are no published types. Names that begin with `_`
 * are not its public interface: the version is pinned, and the peer's tests fail when one of them changes.
 */
declare module "webtorrent" {
  import type { EventEmitter } from "node:events";

  /** One connection, after its handshake (bittorrent-protocol 5.0.9, or our guarded one). */
  export interface Wire extends EventEmitter {
    /** 40 hex digits. */
    readonly peerId: string;
    readonly type: "tcpIncoming" | "tcpOutgoing";
    readonly remoteAddress: string;
    readonly remotePort: number;
    readonly amChoking: boolean;
    readonly amInterested: boolean;
    readonly peerChoking: boolean;
    readonly peerInterested: boolean;
    /** Payload bytes. */
    readonly downloaded: number;
    /** Payload bytes, also those that still wait to be sent. */
    readonly uploaded: number;
    /** Bytes a second of payload that it sent us, over some seconds. */
    downloadSpeed(): number;
    /** It has every piece. */
    isSeeder: boolean;
    readonly peerPieces: { get(piece: number): boolean };
    /** Asked of them, and not answered yet. */
    readonly requests: readonly BlockRequest[];
    /** Asked of us, and not answered yet. */
    readonly peerRequests: readonly BlockRequest[];
    /** Goes out with our extended handshake (BEP 10). */
    readonly extendedHandshake: Record<string, number | string>;
    readonly peerExtendedHandshake: Record<string, unknown>;
    /** Of `GuardedWire`: why it was ended. */
    readonly refused?: string | undefined;
    /** Of `GuardedWire`: reads what follows the handshake. */
    listen(): void;
    choke(): void;
    unchoke(): void;
    interested(): void;
    uninterested(): void;
    request(
      piece: number,
      offset: number,
      length: number,
      done: (error: Error | null, block?: Uint8Array) => void,
    ): void;
    cancel(piece: number, offset: number, length: number): void;
    piece(piece: number, offset: number, block: Uint8Array): void;
    have(piece: number): void;
    /** Both sides speak BEP 6. */
    readonly hasFast: boolean;
    bitfield(pieces: unknown): void;
    haveAll(): void;
    haveNone(): void;
    reject(piece: number, offset: number, length: number): void;
    /** Says what the peer does not have any more (BEP 54). */
    readonly lt_donthave: EventEmitter;
    /** Queues bytes for the socket; `null` ends. */
    push(bytes: Uint8Array | null): boolean;
    readonly destroyed: boolean;
    destroy(): void;
  }

  export interface BlockRequest {
    readonly piece: number;
    readonly offset: number;
    readonly length: number;
  }

  /** An address that is dialled, or a connection. */
  export interface Peer extends EventEmitter {
    readonly destroyed: boolean;
    readonly wire: Wire | null;
  }

  export interface AnnounceCounters {
    readonly uploaded: number;
    readonly downloaded: number;
    readonly left: number;
  }

  /**
   * Emits `update` (an answer), `warning` (none) and, from our shim, `interval` (seconds) and, before either of the first
   * two, `announced` (the event that it was of; the error, if there was no answer).
   */
  export interface TrackerClient extends EventEmitter {
    _getAnnounceOpts: () => AnnounceCounters;
    start(): void;
    update(): void;
    complete(): void;
  }

  export interface Discovery {
    readonly tracker: TrackerClient;
    complete(): void;
  }

  export interface PieceStore {
    readonly chunkLength: number;
    get(index: number, options: ReadOptions | null, done: ReadDone): void;
    get(index: number, done: ReadDone): void;
    put(index: number, piece: Uint8Array, done: (error: Error | null) => void): void;
    close(done: (error: Error | null) => void): void;
    destroy(done: (error: Error | null) => void): void;
  }
  export interface ReadOptions {
    readonly offset?: number;
    readonly length?: number;
  }
  export type ReadDone = (error: Error | null, bytes?: Uint8Array) => void;

  export interface ParsedTorrent {
    readonly infoHash: string;
    readonly name: string;
    /** Anything: says that the metadata is known. */
    readonly info: object;
    readonly torrentFile: Uint8Array;
    readonly announce: string[];
    readonly urlList: string[];
    readonly private: boolean;
    readonly length: number;
    readonly pieceLength: number;
    readonly lastPieceLength: number;
    /** SHA-1 of each, hex. */
    readonly pieces: string[];
    readonly files: readonly {
      readonly path: string;
      readonly name: string;
      readonly length: number;
      readonly offset: number;
    }[];
  }

  export interface Torrent extends EventEmitter {
    readonly infoHash: string;
    readonly destroyed: boolean;
    readonly wires: readonly Wire[];
    /** What is still to be fetched of each piece; `null` once verified. */
    readonly pieces: readonly (object | null)[];
    readonly bitfield: { readonly buffer: Uint8Array; get(piece: number): boolean };
    readonly done: boolean;
    readonly discovery: Discovery;
    readonly store: PieceStore;
    removePeer(address: string): void;
    destroy(options: { destroyStore: boolean }, done?: () => void): void;
    /** Upload slots, the optimistic one included. */
    _rechokeNumSlots: number;
    _rechokeOptimisticWire: Wire | null;
    _rechokeOptimisticTime: number;
    _rechoke(): void;
    /** Addresses that wait to be dialled. */
    readonly _queue: unknown[];
    /** By address. */
    readonly _peers: Map<string, Peer>;
    /** Every address passes here, also those that are dialled again. */
    _addPeer(address: string, type: string, source: string): Peer | null;
    _rarityMap: { destroy(): void } | null;
    /** Runs once a connection is set up: says what we have, and listens. */
    _onWireWithMetadata(wire: Wire): void;
    /** Asks peers for pieces. */
    _update(): void;
    _updateWireInterest(wire: Wire): void;
    _markVerified(piece: number): void;
    /** Ends the download when everything is there. */
    _checkDone(): boolean;
    _destroy(error: Error): void;
    /** Dials the next address that waits. */
    _drain(): void;
  }

  export interface ClientOptions {
    readonly peerId: string;
    readonly torrentPort: { readonly port: number; readonly host: string };
    readonly maxConns: number;
    readonly downloadLimit: number;
    readonly userAgent: string;
    readonly dht: false;
    readonly lsd: false;
    readonly utPex: false;
    readonly natUpnp: false;
    readonly natPmp: false;
    readonly webSeeds: false;
    readonly utp: false;
    readonly secure: 0;
    readonly tracker: { readonly wrtc: false; readonly rtcConfig: { readonly iceServers: readonly never[] } };
  }

  export interface TorrentOptions {
    readonly preloadedStore: PieceStore;
    readonly storeCacheSlots: number;
    readonly uploads: number;
    /** Pieces that were checked; with `skipVerify` all of them. */
    readonly bitfield: Uint8Array;
    readonly skipVerify: boolean;
    readonly getAnnounceOpts: () => AnnounceCounters;
  }

  export default class WebTorrent extends EventEmitter {
    static readonly VERSION: string;
    constructor(options: ClientOptions);
    maxConns: number;
    readonly torrentPort: number;
    add(torrent: ParsedTorrent, options: TorrentOptions): Torrent;
    throttleDownload(bytesPerSecond: number): void;
    destroy(done?: () => void): void;
  }
}

/** Its torrents, for tests of what we change of them. */
declare module "webtorrent/lib/torrent.js" {
  export default class {
    /** A round of choking. */
    _rechoke(): void;
  }
}
