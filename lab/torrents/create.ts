import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import type { TorrentInfo } from "../api/words.ts";
import { byteLength } from "../swarm/file-name.ts";
import { parseMetainfo } from "../swarm/metainfo.ts";
import { buildMetainfo, type MetainfoParts, withAnnounce } from "../swarm/metainfo-build.ts";
import { metainfoLimits } from "../swarm/metainfo-limits.ts";
import { choosePieceLength } from "../swarm/piece-length.ts";
import { formatBytes } from "../units.ts";
import { writeError } from "../write-error.ts";
import { writeAtomically } from "./atomic-file.ts";
import { readTorrentFile } from "./check.ts";
import { hashFiles } from "./hash.ts";
import { type CreateProgress, type ProgressMeter, progressMeter } from "./progress.ts";
import { scanEntry } from "./scan.ts";
import type { SourceEntry } from "./sources.ts";
import { type IndexEntry, indexKey, readIndex, type TorrentIndex, writeIndex } from "./torrent-index.ts";

export interface CreateRequest {
  /** The folder that the entries were found in. */
  readonly sources: string;
  readonly entries: readonly SourceEntry[];
  /** Where `NAME.torrent` files and the cache go; made when missing. */
  readonly folder: string;
  /** The one tracker. */
  readonly announce: string;
  /** BEP 27: peers from this tracker only. */
  readonly private: boolean;
  /** Bytes a piece for all torrents; by size if absent. */
  readonly pieceLength?: number | undefined;
  /**
   * Whether an entry, as it is now, may get a new torrent; one that may not keeps what it has. For those who watch the
   * folder: a copy that is still under way is left alone until it has finished.
   */
  readonly isSettled?: ((entry: SourceEntry) => boolean) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((progress: CreateProgress) => void) | undefined;
}

export interface CreateResult {
  /** In the order of the entries. */
  readonly torrents: readonly MadeTorrent[];
  /** Entries without a torrent now, each with the reason; a torrent of an older state stays as it was. */
  readonly failed: readonly { readonly entry: string; readonly reason: string }[];
  /** Entries that had a torrent here and are no longer among the sources; their torrents are deleted. */
  readonly gone: readonly string[];
}

export interface MadeTorrent {
  readonly info: TorrentInfo;
  /** The .torrent file. */
  readonly path: string;
  /** `unchanged`: it has the info-hash that it had after the last call. */
  readonly state: "made" | "unchanged";
}

/**
 * Makes a torrent of each entry. Same sources, same bytes; what did not change since the last call is not read again.
 * No half-written file is left, whatever happens. Two entries cannot share an info-hash, as it covers their name.
 * @throws LabError (environment) when the folder cannot be written; the signal's reason when aborted.
 */
export async function createTorrents(request: CreateRequest): Promise<CreateResult> {
  const { folder, entries } = request;
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw writeError(folder, error);
  });
  const index = await readIndex(folder);
  const known = new Map<string, IndexEntry>();
  for (const entry of entries) {
    const old = await findKnown(request, index, entry);
    if (old) known.set(entry.name, old);
  }
  const isSettled = request.isSettled ?? (() => true);
  const hashed = entries.filter((entry) => !known.has(entry.name) && isSettled(entry));
  const meter = progressMeter(new Map(hashed.map((entry) => [entry.name, entry.length])), request.progress);
  const torrents: MadeTorrent[] = [];
  const failed: { entry: string; reason: string }[] = [];
  let gone: string[] = [];
  try {
    for (const entry of entries) {
      const before = index.get(entry.name)?.infoHash;
      const old = known.get(entry.name);
      if (!old && !hashed.includes(entry)) continue;
      const made: Attempt = old ? { kind: "made", entry: old } : await makeTorrent(request, index, entry, meter);
      if (made.kind === "made") torrents.push(toMade(folder, made.entry, before));
      else failed.push({ entry: entry.name, reason: made.reason });
    }
    gone = await removeGone(request, index);
  } finally {
    await writeIndex(folder, index);
  }
  return { torrents, failed, gone };
}

function toMade(folder: string, entry: IndexEntry, before: string | undefined): MadeTorrent {
  const { name, infoHash, length, pieceLength, pieceCount, source, file } = entry;
  const info = { name, infoHash, length, pieceLength, pieceCount, source };
  return { info, path: join(folder, file), state: infoHash === before ? "unchanged" : "made" };
}

/** `changed`: it is not what it was when it was found, or could not be read; another look may help. */
type Attempt =
  | { readonly kind: "made"; readonly entry: IndexEntry }
  | { readonly kind: "refused" | "changed"; readonly reason: string };

async function removeGone({ folder, entries }: CreateRequest, index: TorrentIndex): Promise<string[]> {
  const names = new Set(entries.map((entry) => entry.name));
  const gone = [...index.values()].filter((known) => !names.has(known.source));
  for (const { source, file } of gone) {
    await rm(join(folder, file), { force: true });
    index.delete(source);
  }
  return gone.map((known) => known.source);
}

/** What the cache has of an entry, once its torrent file proved to be there, whole, and with today's tracker. */
async function findKnown(
  request: CreateRequest,
  index: TorrentIndex,
  entry: SourceEntry,
): Promise<IndexEntry | undefined> {
  const known = index.get(entry.name);
  if (!known || known.key !== indexKey(entry, pieceLengthOf(request, entry), request.private)) return undefined;
  const path = join(request.folder, known.file);
  const read = await readTorrentFile(path);
  const parsed = read.ok ? parseMetainfo(read.bytes) : undefined;
  if (!read.ok || !parsed?.ok || parsed.metainfo.infoHash !== known.infoHash) return undefined;
  const wanted = withAnnounce(read.bytes, request.announce);
  if (Buffer.compare(wanted, read.bytes) !== 0) await writeAtomically(path, wanted);
  return known;
}

/** Hashes an entry, once more if it changed meanwhile, and puts its torrent in place. */
async function makeTorrent(
  request: CreateRequest,
  index: TorrentIndex,
  entry: SourceEntry,
  meter: ProgressMeter,
): Promise<Attempt> {
  const progress = meter.begin(entry.name);
  const first = await tryTorrent(request, index, entry, progress);
  if (first.kind !== "changed") return first;
  const { entry: now } = await scanEntry(request.sources, Buffer.from(entry.name));
  if (!now) return { kind: "changed", reason: "it went away while it was hashed" };
  if (request.isSettled?.(now) === false) return first;
  return tryTorrent(request, index, now, progress);
}

async function tryTorrent(
  request: CreateRequest,
  index: TorrentIndex,
  entry: SourceEntry,
  progress: (done: number) => void,
): Promise<Attempt> {
  const pieceLength = pieceLengthOf(request, entry);
  // Judged before a byte is read: whether anyone could share it depends on names and sizes only.
  const tooMany = tooManyPieces(entry, pieceLength);
  if (tooMany !== undefined) return { kind: "refused", reason: `no torrent can hold it: ${tooMany}` };
  const parts = partsOf(request, entry, pieceLength);
  const judged = parseMetainfo(buildMetainfo(parts));
  if (!judged.ok)
    return {
      kind: "refused",
      reason: `no torrent can hold it: ${judged.field ?? "the torrent file"}: ${judged.reason}`,
    };
  const hashed = await hashFiles({ files: entry.files, pieceLength, signal: request.signal, progress });
  if (!hashed.ok) {
    const path = relative(request.sources, hashed.location);
    return { kind: "changed", reason: `${path} ${hashed.problem}` };
  }
  const bytes = buildMetainfo({ ...parts, pieces: hashed.pieces });
  return { kind: "made", entry: await putInPlace(request, index, entry, bytes) };
}

/** A sparse file costs nothing to make: memory for the hashes of its pieces is not taken before they are counted. */
function tooManyPieces({ length }: SourceEntry, pieceLength: number): string | undefined {
  const count = Math.ceil(length / pieceLength);
  if (20 * count <= metainfoLimits.fileSize) return undefined;
  return `${count} pieces of ${formatBytes(pieceLength)} are more than fit into its file; give a larger pieceLength`;
}

function partsOf(request: CreateRequest, entry: SourceEntry, pieceLength: number): MetainfoParts {
  let offset = 0;
  const files = entry.files.map(({ path, version }) => {
    const file = { path, length: version.size, offset, pad: false };
    offset += version.size;
    return file;
  });
  const pieces = new Uint8Array(20 * Math.ceil(entry.length / pieceLength));
  const { name, shape } = entry;
  return { name, shape, files, pieceLength, pieces, private: request.private, announce: request.announce };
}

async function putInPlace(
  request: CreateRequest,
  index: TorrentIndex,
  entry: SourceEntry,
  bytes: Uint8Array,
): Promise<IndexEntry> {
  const parsed = parseMetainfo(bytes);
  if (!parsed.ok) throw new Error(`a torrent of ours is wrong: ${parsed.field} ${parsed.reason}`);
  const { infoHash, length, pieceLength, pieceCount } = parsed.metainfo;
  const file = torrentFileName(entry.name, infoHash);
  await writeAtomically(join(request.folder, file), bytes);
  const old = index.get(entry.name);
  if (old && old.file !== file) await rm(join(request.folder, old.file), { force: true });
  const key = indexKey(entry, pieceLength, request.private);
  const made = { name: entry.name, source: entry.name, infoHash, length, pieceLength, pieceCount, key, file };
  index.set(entry.name, made);
  return made;
}

/** A name that leaves no room for the ending is replaced by the info-hash. */
function torrentFileName(entry: string, infoHash: string): string {
  const file = `${entry}.torrent`;
  return byteLength(file) <= 255 ? file : `${infoHash}.torrent`;
}

function pieceLengthOf(request: CreateRequest, entry: SourceEntry): number {
  return request.pieceLength ?? choosePieceLength(entry.length);
}
