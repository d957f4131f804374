import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TorrentInfo } from "../api/words.ts";
import { LabError } from "../errors.ts";
import type { Profile } from "../profile/schema.ts";
import { type CreateResult, createTorrents } from "../torrents/create.ts";
import type { CreateProgress } from "../torrents/progress.ts";
import { createSample } from "../torrents/sample.ts";
import { requireShareable, scanSources } from "../torrents/scan.ts";
import { type SourceEntry, type Sources, warningText } from "../torrents/sources.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../units.ts";
import { isRich, tell, type World } from "./world.ts";

export interface TorrentsRequest {
  /** The folder whose entries are shared: of a running lab its own, from wherever the command is called. */
  readonly sources: string;
  readonly profile: Pick<Profile, "private" | "pieceLength">;
  /** Where torrents and hashes are kept; without one they are gone afterwards. */
  readonly folder: string | undefined;
  /** Whether anything is written: a plan that is only shown makes use of hashes and leaves them as they are. */
  readonly keep?: boolean;
  readonly announce: string;
  readonly signal: AbortSignal;
  /** Whether nothing to share is fine, and no sample is made. */
  readonly mayBeEmpty?: boolean;
  /** Whether an entry may get a new torrent now; all may without it. */
  readonly isSettled?: (entry: SourceEntry) => boolean;
}

export interface MadeTorrents {
  readonly infos: readonly TorrentInfo[];
  /** Torrent files by info-hash. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly result: CreateResult;
  readonly sources: Sources;
}

/**
 * Torrents of what is in `sources/` now; unchanged entries are not hashed again. Warnings and progress go to stderr.
 * Throws usage errors when nothing there can be shared.
 */
export async function makeTorrents(world: World, request: TorrentsRequest): Promise<MadeTorrents> {
  const sources = await lookAtSources(world, request);
  const isKept = request.folder !== undefined && request.keep !== false;
  const folder = isKept ? request.folder : await copyOfCache(request.folder);
  const showProgress = progressLine(world);
  try {
    const result = await createTorrents({
      sources: request.sources,
      entries: sources.entries,
      folder,
      announce: request.announce,
      private: request.profile.private,
      pieceLength: request.profile.pieceLength,
      isSettled: request.isSettled,
      signal: request.signal,
      progress: showProgress,
    });
    for (const { entry, reason } of result.failed) tell(world, `warning: no torrent of ${printable(entry)}: ${reason}`);
    if (!request.mayBeEmpty) refuseNone(result);
    const files = await Promise.all(
      result.torrents.map(async ({ info, path }) => [info.infoHash, await readFile(path)] as const),
    );
    return { infos: result.torrents.map(({ info }) => info), files: new Map(files), result, sources };
  } finally {
    if (!isKept) await rm(folder, { recursive: true, force: true });
  }
}

/** A folder for this call alone; what was hashed before need not be hashed again. */
async function copyOfCache(folder: string | undefined): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "lab-torrents-"));
  if (folder !== undefined && existsSync(folder)) await cp(folder, copy, { recursive: true });
  return copy;
}

/** What can be shared; an empty or missing folder gets a sample, unless nothing may be kept. */
async function lookAtSources(world: World, request: TorrentsRequest): Promise<Sources> {
  const { sources: path, folder, keep = true, signal, mayBeEmpty } = request;
  const found = await scanSources(path);
  for (const warning of found.warnings) tell(world, `warning: ${warningText(warning)}`);
  if (mayBeEmpty) return found;
  if (found.state !== "filled" && folder !== undefined && keep) {
    const made = await createSample(path, { signal });
    tell(world, `sources/ was ${found.state}: made a sample there (${made.map(printable).join(", ")})`);
    return scanSources(path);
  }
  requireShareable(found, path);
  return found;
}

function refuseNone({ torrents, failed }: CreateResult): void {
  const [first] = failed;
  if (torrents.length > 0 || !first) return;
  throw new LabError("usage", `no torrent could be made of sources/: ${printable(first.entry)}: ${first.reason}`);
}

/** Redraws one line on a terminal; elsewhere says only what takes long. */
function progressLine(world: World): (progress: CreateProgress) => void {
  const rich = isRich(world, world.stderr);
  let last = performance.now();
  return (progress) => {
    const finished = progress.done >= progress.total;
    const now = performance.now();
    if (!rich && !finished && now - last < 5000) return;
    if (!rich && finished && now - last < 5000) return;
    last = now;
    const line = `hashing: ${formatBytes(progress.done)} of ${formatBytes(progress.total)}, ${formatRate(progress.rate)}, ${formatDuration(progress.secondsLeft)} left`;
    world.stderr.write(rich ? `\r\u001b[K${finished ? "" : line}` : `${line}\n`);
  };
}
