import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { choosePieceLength } from "../../lab/swarm/piece-length.ts";
import { hashFiles } from "../../lab/torrents/hash.ts";
import { sampleFile } from "../../lab/torrents/sample.ts";
import { scanSources } from "../../lab/torrents/scan.ts";
import { parseBytes } from "../../lab/units.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { run } from "../parts/command.ts";

type HashSettings = { readonly size: string; readonly threads: number };

const MKTORRENT = "/usr/bin/mktorrent";

export const hashBenchmark: Benchmark<HashSettings> = {
  name: "hash",
  title: "SHA-1 of one file that is in the page cache",
  settings: {
    short: { size: "16MiB", threads: 2 },
    single: { size: "1GiB", threads: 2 },
    full: { size: "1GiB", threads: 2 },
  },
  metrics: [
    {
      ...{ name: "hashed", unit: "bytes/s", better: "higher" },
      gate: { kind: "ratio", value: 0.8, anchor: "mktorrent" },
      aim: { kind: "ratio", value: 1, anchor: "mktorrent" },
    },
  ],
  runs: "always",
  measure,
};

/** In five turns a round, after one that only warms the cache: each is short, and the machine is never quiet for long. */
const TURNS = 5;

async function* measure(settings: HashSettings, { rounds, form }: Context): AsyncGenerator<Finding> {
  const size = parseBytes(settings.size) ?? 0;
  const folder = await mkdtemp(join(tmpdir(), "lab-bench-"));
  try {
    await sampleFile(join(folder, "content"), size);
    const files = (await scanSources(folder)).entries.flatMap((entry) => entry.files);
    const pieceLength = choosePieceLength(size);
    if (!existsSync(MKTORRENT)) yield { kind: "missing", program: "mktorrent", reason: "it is not installed" };
    const turns = form === "short" ? 1 : rounds * TURNS;
    for (let turn = 0; turn <= turns; turn += 1) {
      const own = await seconds(() => hashFiles({ files, pieceLength, threads: settings.threads }));
      if (turn > 0) yield value(PRODUCT, "hashed", size / own);
      if (!existsSync(MKTORRENT)) continue;
      const anchor = await seconds(() => mktorrent(folder, turn, pieceLength, settings.threads));
      if (turn > 0) yield value("mktorrent", "hashed", size / anchor);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

function mktorrent(folder: string, turn: number, pieceLength: number, threads: number): Promise<string> {
  const options = ["-t", `${threads}`, "-l", `${Math.log2(pieceLength)}`, "-a", "http://127.0.0.1/announce"];
  return run(MKTORRENT, [...options, "-o", join(folder, `${turn}.torrent`), join(folder, "content")]);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}
