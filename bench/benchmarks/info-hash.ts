import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTorrents } from "../../lab/torrents/create.ts";
import { sampleFile } from "../../lab/torrents/sample.ts";
import { scanSources } from "../../lab/torrents/scan.ts";
import { parseBytes } from "../../lab/units.ts";
import { anchorImage } from "../anchors/image.ts";
import { type Benchmark, type Context, type Finding, PRODUCT, value } from "../benchmark.ts";
import { run } from "../parts/command.ts";

type HashSettings = { readonly file: string; readonly pieceLength: string };

/** A right answer in no time is the least that can be asked of a figure: without it the speed of `hash` means nothing. */
export const infoHashBenchmark: Benchmark<HashSettings> = {
  name: "info-hash",
  title: "info-hash of a file and of a folder, beside what mktorrent and libtorrent make of them",
  settings: {
    short: { file: "1MiB", pieceLength: "32KiB" },
    single: { file: "16MiB", pieceLength: "32KiB" },
    full: { file: "64MiB", pieceLength: "256KiB" },
  },
  metrics: ["mktorrent", "libtorrent"].map((anchor) => ({
    ...{ name: `as ${anchor}`, unit: "equal", better: "higher" },
    gate: { kind: "value", value: 1 },
  })),
  runs: "always",
  once: true,
  measure,
};

async function* measure({ file, pieceLength }: HashSettings, _: Context): AsyncGenerator<Finding> {
  const anchors = await anchorImage();
  const folder = await mkdtemp(join(tmpdir(), "lab-bench-"));
  try {
    const sources = await makeSources(folder, parseBytes(file) ?? 0);
    const length = parseBytes(pieceLength) ?? 0;
    const { entries } = await scanSources(sources);
    const request = { sources, entries, folder: join(folder, "torrents"), announce: "http://tracker/announce" };
    const { torrents } = await createTorrents({ ...request, private: true, pieceLength: length });
    if (anchors.kind === "missing") {
      yield { kind: "missing", program: "mktorrent", reason: anchors.reason };
      yield { kind: "missing", program: "libtorrent", reason: anchors.reason };
      return;
    }
    const theirs = await hashesOf(anchors.image, sources, Math.log2(length));
    for (const { info } of torrents)
      for (const anchor of ["mktorrent", "libtorrent"] as const)
        yield value(PRODUCT, `as ${anchor}`, theirs[info.name]?.[anchor] === info.infoHash ? 1 : 0);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function makeSources(folder: string, size: number): Promise<string> {
  const sources = join(folder, "sources");
  await chmod(folder, 0o755);
  await mkdir(join(sources, "docs/b"), { recursive: true });
  await sampleFile(join(sources, "film.bin"), size);
  await sampleFile(join(sources, "docs/a.bin"), size >> 3);
  await sampleFile(join(sources, "docs/b/c d.bin"), 100_001);
  await writeFile(join(sources, "docs/b-first"), "sorts before the folder by its bytes");
  await writeFile(join(sources, "docs/empty"), "");
  return sources;
}

type Hashes = Readonly<Record<string, { readonly mktorrent: string; readonly libtorrent: string }>>;

async function hashesOf(image: string, sources: string, exponent: number): Promise<Hashes> {
  const mount = ["-v", `${sources}:/sources:ro`, "--network", "none"];
  const command = ["python3", "/bench/info_hash.py", "/sources", `${exponent}`];
  return JSON.parse(await run("docker", ["run", "--rm", ...mount, image, ...command]));
}
