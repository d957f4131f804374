import WebTorrent, { type AnnounceCounters, type PieceStore, type Torrent } from "webtorrent";
import type { PeerSettings } from "../../api/words.ts";
import { type Content, hashOfPiece } from "./content.ts";

export type {
  AnnounceCounters,
  Peer,
  PieceStore,
  ReadDone,
  ReadOptions,
  Torrent,
  Wire,
} from "webtorrent";

export const clientName = `WebTorrent ${WebTorrent.VERSION}`;

/**
 * Everything of webtorrent that talks to anyone but the peers that our tracker names is off; also WebTorrent's protocol
 * encryption, which costs a key exchange a connection and hides nothing here.
 */
const closedSwarm = {
  dht: false,
  lsd: false,
  utPex: false,
  natUpnp: false,
  natPmp: false,
  webSeeds: false,
  utp: false,
  secure: 0,
  tracker: { wrtc: false, rtcConfig: { iceServers: [] } },
} as const;

/** Whole pieces that a torrent keeps in memory to serve blocks from: few, since the page cache holds them too. */
const CACHE = { pieces: 4, bytes: 4 << 20 };

export interface SwarmClient {
  /** TCP port that it listens on. */
  readonly port: number;
  add(content: Content, options: AddOptions): Torrent;
  apply(settings: Pick<PeerSettings, "down" | "maxPeers">): void;
  close(): Promise<void>;
}

export interface AddOptions {
  readonly store: PieceStore;
  /** Pieces that were checked, first piece in the highest bit. */
  readonly bitfield: Uint8Array;
  readonly complete: boolean;
  readonly settings: Pick<PeerSettings, "slots">;
  readonly counters: () => AnnounceCounters;
}

/**
 * Starts a webtorrent client that listens on one address only. Downloads are frozen until the first `apply`.
 * @throws where the port is taken.
 */
export async function startSwarmClient(peerId: string, host: string, port: number): Promise<SwarmClient> {
  const client = new WebTorrent({
    ...closedSwarm,
    peerId,
    torrentPort: { host, port },
    maxConns: 1,
    downloadLimit: 0,
    userAgent: "torrent-lab",
  });
  await new Promise((resolve, reject) => client.once("listening", resolve).once("error", reject));
  // A torrent's own errors are handled where it is shared; what reaches the client has killed that torrent already.
  client.on("error", (error) => console.error(`webtorrent: ${error.message}`));
  let limit: number | null = 0;
  return {
    port: client.torrentPort,
    add: (content, options) => add(client, content, options),
    apply({ down, maxPeers }) {
      client.maxConns = dialLimit(maxPeers);
      if (down === limit) return;
      limit = down;
      limitDownloads(client, down);
    },
    close: () => new Promise((resolve) => client.destroy(() => resolve())),
  };
}

function add(client: WebTorrent, content: Content, options: AddOptions): Torrent {
  const { pieceLength, length } = content;
  return client.add(
    {
      infoHash: content.infoHash,
      name: content.name,
      info: {},
      torrentFile: content.bytes,
      // The lab's own: other trackers of a torrent are foreign.
      announce: content.announce.slice(0, 1),
      urlList: [],
      private: content.private,
      length,
      pieceLength,
      lastPieceLength: length - (content.pieceCount - 1) * pieceLength,
      pieces: Array.from({ length: content.pieceCount }, (_, piece) =>
        Buffer.from(hashOfPiece(content, piece)).toString("hex"),
      ),
      files: content.files.map(({ path, length, offset }) => ({
        path: path.join("/"),
        name: path.at(-1) ?? "",
        length,
        offset,
      })),
    },
    {
      preloadedStore: options.store,
      storeCacheSlots: Math.min(CACHE.pieces, Math.floor(CACHE.bytes / pieceLength)),
      uploads: options.settings.slots,
      bitfield: options.bitfield,
      skipVerify: options.complete,
      getAnnounceOpts: options.counters,
    },
  );
}

/**
 * Connections up to which a peer dials; beyond, it only takes what comes in. If everybody dialled until nothing fits any
 * more, those with room left would knock at full doors for ever: a peer keeps room for who comes, as the first
 * BitTorrent clients did (40 of 80). Who wants few connections gets them all.
 */
export function dialLimit(maxPeers: number): number {
  return Math.max(Math.min(maxPeers, 20), Math.ceil(0.6 * maxPeers));
}

/** webtorrent says -1 for no limit; 0 freezes. */
function limitDownloads(client: WebTorrent, bytesPerSecond: number | null): void {
  // Lets go of what waits: a part that is longer than a second of the new limit would end its connection.
  client.throttleDownload(-1);
  client.throttleDownload(bytesPerSecond ?? -1);
}
