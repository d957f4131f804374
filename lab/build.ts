import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleNodePrograms, nodePrograms } from "./node/bundle.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, ".build");

/** The command line: our code bundled, dependencies from node_modules, each command's views loaded when it runs. */
async function buildCommandLine(): Promise<void> {
  await build({
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    jsx: "automatic",
    logLevel: "warning",
    entryPoints: {
      lab: "lab/main.ts",
      "hash-worker": "lab/torrents/hash-worker.ts",
    },
    outdir: join(out, "cli"),
    packages: "external",
    sourcemap: "linked",
  });
}

/** The node programs: everything bundled, so that they start fast and the folder is the image's whole context. */
async function buildNodePrograms(): Promise<void> {
  const outdir = join(out, "node");
  await bundleNodePrograms(nodePrograms, outdir);
  copyFileSync(join(root, "images/node/Dockerfile"), join(outdir, "Dockerfile"));
  writeFileSync(join(outdir, "version"), digest(outdir));
}

/** Hash over names and bytes of a flat folder: the tag of the image made of it. */
function digest(folder: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort())
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await Promise.all([buildCommandLine(), buildNodePrograms()]);
