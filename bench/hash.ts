/**
 * Hashing 1 GiB that is in the page cache, against `mktorrent -t 2`: five runs each, in turns. Prints medians and their
 * ratio. `node bench/hash.ts [MiB]`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { choosePieceLength } from "../lab/swarm/piece-length.ts";
import { hashFiles } from "../lab/torrents/hash.ts";
import { sampleFile } from "../lab/torrents/sample.ts";
import { scanSources } from "../lab/torrents/scan.ts";

const RUNS = 5;
const length = Number(process.argv[2] ?? 1024) * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "lab-bench-"));

try {
  await sampleFile(join(folder, "content"), length);
  const files = (await scanSources(folder)).entries.flatMap((entry) => entry.files);
  const pieceLength = choosePieceLength(length);
  const seconds = { lab: [] as number[], mktorrent: [] as number[] };
  for (let run = 0; run <= RUNS; run += 1) {
    const lab = await timed(() => hashFiles({ files, pieceLength }));
    const mktorrent = await timed(() => mktorrentOf(run, pieceLength));
    // The first run only warms the cache.
    if (run > 0) {
      seconds.lab.push(lab);
      seconds.mktorrent.push(mktorrent);
    }
  }
  const lab = length / median(seconds.lab);
  const mktorrent = length / median(seconds.mktorrent);
  console.log(`lab ${rate(lab)}, mktorrent -t 2 ${rate(mktorrent)}: ${(lab / mktorrent).toFixed(2)} of its speed`);
} finally {
  rmSync(folder, { recursive: true });
}

function mktorrentOf(run: number, pieceLength: number): void {
  const output = join(folder, `${run}.torrent`);
  const options = ["-t", "2", "-l", String(Math.log2(pieceLength)), "-a", "http://127.0.0.1/announce", "-o", output];
  execFileSync("mktorrent", [...options, join(folder, "content")], { stdio: "ignore" });
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function rate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 1e9).toFixed(2)} GB/s`;
}
