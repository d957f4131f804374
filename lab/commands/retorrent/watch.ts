import { setTimeout as delay } from "node:timers/promises";
import { scanSources } from "../../torrents/scan.ts";
import { sourcesFolder } from "../make-torrents.ts";
import type { World } from "../world.ts";

/** Milliseconds between two looks, and for how many of them nothing may change before a copy counts as finished. */
const LOOK = 500;
const QUIET_LOOKS = 4;

/**
 * Yields whenever `sources/` has changed and then stayed the same for two seconds: a plain copy has stopped growing, and
 * the temporary file of rsync (a dot entry, which is ignored) has got its name. Looks instead of listening, because
 * change events do not reach every kind of mount.
 */
export async function* quietChanges(world: World, signal: AbortSignal): AsyncGenerator<void> {
  let published = await fingerprint(world);
  let last = published;
  let quiet = 0;
  while (!signal.aborted) {
    await delay(LOOK, undefined, { signal }).catch(() => {});
    const now = await fingerprint(world);
    quiet = now === last ? quiet + 1 : 0;
    last = now;
    if (now === published || quiet < QUIET_LOOKS) continue;
    published = now;
    yield;
  }
}

/** Changes with any name, size, time or replacement of any file that can be shared. */
async function fingerprint(world: World): Promise<string> {
  const { entries } = await scanSources(sourcesFolder(world));
  return JSON.stringify(entries.map(({ files }) => files.map(({ path, version }) => [path, version])));
}
