import { mkdirSync, statfsSync } from "node:fs";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import { formatBytes } from "../../units.ts";

/** Left free on the disk for everything else. */
const RESERVE = 256 * 1024 * 1024;

/**
 * Refuses, with numbers, downloads that cannot fit.
 * @param folder where downloads go, as far as this machine can see it.
 */
export function checkDisk(plan: LabPlan, folder: string): void {
  const lengths = new Map(plan.run.torrents.map((torrent) => [torrent.infoHash, torrent.length]));
  const onDisk = new Set(plan.nodes.filter((node) => node.storage === "volume").map((node) => node.name));
  const downloads = plan.run.peers
    .filter((peer) => onDisk.has(peer.name))
    .map((peer) => peer.fetches.reduce((sum, hash) => sum + (lengths.get(hash) ?? 0), 0));
  const needed = downloads.reduce((sum, bytes) => sum + bytes, 0);
  const free = freeBytes(folder);
  if (needed + RESERVE <= free) return;
  const peers = downloads.filter((bytes) => bytes > 0).length;
  throw new LabError(
    "environment",
    `the downloads of ${peers} peers need ${formatBytes(needed)}, the disk has ${formatBytes(free)} free`,
    {
      hint: "Use fewer leechers (--leechers N), share less in sources/, or make room. `lab down --all` frees old labs.",
    },
  );
}

function freeBytes(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
