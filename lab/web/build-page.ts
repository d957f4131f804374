import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { build } from "vite";

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
    plugins: [react()],
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
