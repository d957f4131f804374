import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, ".build");
const shim = (name: string) => join(root, "lab/node/shims", name);

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  platform: "node",
  target: "node24",
  format: "esm",
  outExtension: { ".js": ".mjs" },
  jsx: "automatic",
  logLevel: "warning",
};

/** CommonJS dependencies inside an ES module bundle still call `require` and read `__dirname`. */
const commonJsGlobals = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
].join("");

/** The command line: our code bundled, dependencies from node_modules, each command's views loaded when it runs. */
async function buildCommandLine(): Promise<void> {
  await build({
    ...common,
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
  await build({
    ...common,
    entryPoints: {
      tracker: "lab/node/tracker/main.ts",
      peer: "lab/node/peer/main.ts",
      controller: "lab/controller/main.ts",
      torrents: "lab/torrents/main.ts",
      "hash-worker": "lab/torrents/hash-worker.ts",
    },
    outdir,
    minify: true,
    banner: { js: commonJsGlobals },
    alias: {
      bencode: shim("bencode.ts"),
      "webrtc-polyfill": shim("nothing.ts"),
      "utp-native": shim("nothing.ts"),
      "bittorrent-dht": shim("nothing.ts"),
      "fs-chunk-store": shim("nothing.ts"),
    },
  });
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
