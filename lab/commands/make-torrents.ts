import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TorrentInfo } from "../api/words.ts";
import { LabError } from "../errors.ts";
import type { Profile } from "../profile/schema.ts";
import { type CreateResult, createTorrents } from "../torrents/create.ts";
import type { CreateProgress } from "../torrents/progress.ts";
import { createSample } from "../torrents/sample.ts";
import { requireShareable, scanSources } from "../torrents/scan.ts";
import { type Sources, warningText } from "../torrents/sources.ts";
import { formatBytes, formatDuration, formatRate, printable } from "../units.ts";
import { isRich, tell, type World } from "./world.ts";

export interface TorrentsRequest {
  readonly profile: Pick<Profile, "private" | "pieceLength">;
  /** Where torrents and hashes are kept; a folder that is gone afterwards without it. */
  readonly folder: string | undefined;
  readonly announce: string;
  readonly signal: AbortSignal;
  /** Whether nothing to share is fine, and no sample is made. */
  readonly mayBeEmpty?: boolean;
}

export interface MadeTorrents {
  readonly infos: readonly TorrentInfo[];
  /** Torrent files by info-hash. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly result: CreateResult;
  readonly sources: Sources;
}

/** The folder whose entries are shared. */
export function sourcesFolder(world: World): string {
  return join(world.dir, "sources");
}

/**
 * Torrents of what is in `sources/` now; unchanged entries are not hashed again. Warnings and progress go to stderr.
 * Throws usage errors when nothing there can be shared.
 */
export async function makeTorrents(world: World, request: TorrentsRequest): Promise<MadeTorrents> {
  const sources = await lookAtSources(world, request);
  const folder = request.folder ?? (await mkdtemp(join(tmpdir(), "lab-torrents-")));
  const showProgress = progressLine(world);
  try {
    const result = await createTorrents({
      sources: sourcesFolder(world),
      entries: sources.entries,
      folder,
      announce: request.announce,
      private: request.profile.private,
      pieceLength: request.profile.pieceLength,
      signal: request.signal,
      progress: showProgress,
    });
    for (const { entry, reason } of result.failed) tell(world, `warning: no torrent of ${printable(entry)}: ${reason}`);
    refuseNone(result);
    const files = await Promise.all(
      result.torrents.map(async ({ info, path }) => [info.infoHash, await readFile(path)] as const),
    );
    return { infos: result.torrents.map(({ info }) => info), files: new Map(files), result, sources };
  } finally {
    if (request.folder === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** What can be shared; an empty or missing folder gets a sample, unless nothing may be kept. */
async function lookAtSources(world: World, { folder, signal, mayBeEmpty }: TorrentsRequest): Promise<Sources> {
  const path = sourcesFolder(world);
  const found = await scanSources(path);
  for (const warning of found.warnings) tell(world, `warning: ${warningText(warning)}`);
  if (mayBeEmpty) return found;
  if (found.state !== "filled" && folder !== undefined) {
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
