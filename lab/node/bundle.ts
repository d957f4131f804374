import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { shims } from "./shims/shims.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** CommonJS dependencies inside an ES module bundle still call `require` and read `__dirname`. */
export const commonJsGlobals = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
].join("");

/** Every program that runs as a node, and what they start. */
export const nodePrograms = {
  tracker: "lab/node/tracker/main.ts",
  peer: "lab/node/peer/main.ts",
  controller: "lab/controller/main.ts",
  torrents: "lab/torrents/main.ts",
  web: "lab/web/server/main.ts",
  "hash-worker": "lab/torrents/hash-worker.ts",
} as const;

/**
 * Bundles node programs with everything that they need, so that they start fast, carry no package that a closed swarm
 * has no use for (see `shims/`), and the folder alone makes an image. Nodes always run from such a bundle, also in tests.
 * What is imported with `import * as` is left out as far as nobody uses it: of zod that is half, and a sixth of a start.
 */
export async function bundleNodePrograms(programs: Partial<typeof nodePrograms>, outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { ...programs },
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node24",
    format: "esm",
    outExtension: { ".js": ".mjs" },
    minify: true,
    banner: { js: commonJsGlobals },
    plugins: [shims],
    logLevel: "warning",
  });
}
