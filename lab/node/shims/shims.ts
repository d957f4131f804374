import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "esbuild";

const folder = dirname(fileURLToPath(import.meta.url));

/** Package → the file of this folder that takes its place in the node programs, in every dependency that imports it. */
const replacements: Record<string, string> = {
  bencode: "bencode.ts",
  "bittorrent-protocol": "bittorrent-protocol.ts",
  "bittorrent-tracker": "bittorrent-tracker.ts",
  "cross-fetch-ponyfill": "cross-fetch-ponyfill.ts",
  "parse-torrent": "parse-torrent.ts",
  ut_metadata: "ut_metadata.ts",
  "@silentbot1/nat-api": "nothing.ts",
  "@thaunknown/simple-peer/lite.js": "nothing.ts",
  "@thaunknown/simple-websocket": "nothing.ts",
  "bittorrent-dht": "nothing.ts",
  "bittorrent-lsd": "nothing.ts",
  "create-torrent": "nothing.ts",
  "fs-chunk-store": "nothing.ts",
  "load-ip-set": "nothing.ts",
  "mime/lite.js": "nothing.ts",
  socks: "nothing.ts",
  ut_pex: "nothing.ts",
  "utp-native": "nothing.ts",
  "webrtc-polyfill": "nothing.ts",
};

/**
 * Exact names only: esbuild's own `alias` would also take `pkg/file`. A replacement may import what it replaces.
 */
export const shims: Plugin = {
  name: "shims",
  setup(build) {
    // `import … from "node:http"` makes Node read every export of it, also those that load its whole `fetch`: 30 ms and
    // 3 MB a node. `require` reads what is used.
    build.onResolve({ filter: /^(node:)?http$/, namespace: "file" }, () => ({
      path: "node:http",
      namespace: "required",
    }));
    build.onLoad({ filter: /^/, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)})`,
    }));
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      const file = replacements[path];
      const replacement = file && join(folder, file);
      return replacement && replacement !== importer ? { path: replacement } : undefined;
    });
  },
};
