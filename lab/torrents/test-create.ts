import { createTorrents } from "./create.ts";
import { scanSources } from "./scan.ts";

/** A program of its own for tests that need another locale, fewer descriptors or a full disk. */
const [sources = "", folder = "", announce = "", pieceLength] = process.argv.slice(2);
const { entries } = await scanSources(sources);
try {
  const request = { sources, entries, folder, announce, private: true };
  const result = await createTorrents(pieceLength ? { ...request, pieceLength: Number(pieceLength) } : request);
  console.log(JSON.stringify(result));
} catch (error) {
  console.log(JSON.stringify({ error: { ...(error as Error), message: (error as Error).message } }));
}
