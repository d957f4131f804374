import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { build, type Plugin } from "vite";

/**
 * Bundles the page of the web UI into a folder: everything in files of its own, because the page's policy allows neither
 * scripts nor styles inside the HTML, and nothing from outside.
 */
export async function buildPage(outdir: string): Promise<void> {
  await build({
    configFile: false,
    root: join(import.meta.dirname, "page"),
    logLevel: "warn",
    mode: "production",
    plugins: [react(), announceChunks()],
    build: {
      outDir: outdir,
      emptyOutDir: true,
      target: "es2023",
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
}

/** Chunks that the entry imports later are fetched with it, not after it ran. */
function announceChunks(): Plugin {
  return {
    name: "announce-chunks",
    transformIndexHtml(_html, { bundle = {} }) {
      const later = Object.values(bundle).filter((file) => file.type === "chunk" && !file.isEntry);
      return later.map(({ fileName }) => ({
        tag: "link",
        attrs: { rel: "modulepreload", crossorigin: true, href: `/${fileName}` },
        injectTo: "head",
      }));
    },
  };
}
