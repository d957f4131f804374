import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleNodePrograms, commonJsGlobals, nodePrograms } from "./node/bundle.ts";
import { slimDockerode } from "./runtime/docker/slim-dockerode.ts";
import { buildPage } from "./web/build-page.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, ".build");

/** The command line, so that it starts fast: a chunk a command, and Ink apart, which only the dashboard loads. */
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
    external: ["ink", "react"],
    banner: { js: commonJsGlobals },
    plugins: [slimDockerode],
    sourcemap: "linked",
  });
}

/** The node programs: everything bundled, so that they start fast and the folder is the image's whole context. */
async function buildNodePrograms(): Promise<void> {
  const outdir = join(out, "node");
  await Promise.all([bundleNodePrograms(nodePrograms, outdir), buildPage(join(outdir, "page"))]);
  for (const file of ["Dockerfile", "link"]) copyFileSync(join(root, "images/node", file), join(outdir, file));
  writeFileSync(join(outdir, "version"), digest(outdir));
}

/** Hash over the names and bytes of all files in a folder: the tag of the image made of it. */
function digest(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  for (const name of names.sort())
    hash
      .update(name)
      .update("\0")
      .update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 16);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await Promise.all([buildCommandLine(), buildNodePrograms()]);
