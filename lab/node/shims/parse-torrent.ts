/**
 * In place of `parse-torrent`, which encodes the info dictionary again before it hashes it (wrong info-hash where keys
 * are not in order) and accepts hostile files. Here torrents come parsed from `swarm/metainfo.ts`, or as an info-hash
 * of an incoming handshake.
 */
interface Parsed {
  infoHash: string;
  torrentFile?: Uint8Array;
}

export default async function parseTorrent(id: string | Parsed): Promise<Parsed> {
  if (typeof id !== "string") return id;
  if (/^[0-9a-f]{40}$/.test(id)) return { infoHash: id };
  throw new Error("not an info-hash");
}

export const toMagnetURI = ({ infoHash }: Parsed) => `magnet:?xt=urn:btih:${infoHash}`;

/** The file as it was made, never an encoding of ours. */
export const toTorrentFile = ({ torrentFile }: Parsed) => torrentFile;

export function remote(_id: unknown, done: (error: Error) => void): void {
  queueMicrotask(() => done(new Error("only parsed torrents can be added")));
}
