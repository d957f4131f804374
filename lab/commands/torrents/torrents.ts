import { trackerUrl } from "../../plan/make-plan.ts";
import { loadProfile } from "../../profile/load.ts";
import { labFolder } from "../../runtime/folder.ts";
import { readPlan } from "../../runtime/plan-file.ts";
import { scanSources } from "../../torrents/scan.ts";
import { warningText } from "../../torrents/sources.ts";
import { readIndex } from "../../torrents/torrent-index.ts";
import { formatBytes, printable } from "../../units.ts";
import { catchInterrupts } from "../interrupts.ts";
import { labNameOf } from "../lab-name.ts";
import { makeTorrents } from "../make-torrents.ts";
import { sourcesFolder } from "../sources-folder.ts";
import { table } from "../table.ts";
import type { TorrentsFlags } from "../torrents.ts";
import { print, printJson, profileFolders, shortPath, tell, type World } from "../world.ts";

/** `lab torrents ls`: reads, and changes nothing. */
export async function listTorrents(world: World, flags: TorrentsFlags): Promise<void> {
  const sources = await scanSources(sourcesFolder(world.dir));
  const index = await readIndex(labFolder(world.dir, labNameOf(world, flags.name)).torrents);
  const entries = sources.entries.map((entry) => ({
    name: entry.name,
    files: entry.files.length,
    length: entry.length,
    infoHash: index.get(entry.name)?.infoHash ?? null,
  }));
  const warnings = sources.warnings.map(warningText);
  if (flags.json) return printJson(world, { schemaVersion: 1, entries, warnings, ignored: sources.ignored });
  const rows = entries.map((entry) => [
    printable(entry.name),
    String(entry.files),
    formatBytes(entry.length),
    entry.infoHash ?? "not made yet",
  ]);
  for (const line of table(["ENTRY", "FILES", "SIZE", "INFO-HASH"], rows, ["FILES", "SIZE"])) print(world, line);
  for (const warning of warnings) tell(world, `warning: ${warning}`);
  if (sources.ignored > 0) tell(world, `${sources.ignored} entries that begin with a dot are ignored`);
  if (sources.state !== "filled") tell(world, `sources/ is ${sources.state}: \`lab up\` makes a sample there`);
}

/** `lab torrents create`. */
export async function createAll(world: World, flags: TorrentsFlags): Promise<void> {
  const lab = labNameOf(world, flags.name);
  const announce = readPlan(world.dir, lab)?.run.tracker.url ?? trackerUrl("docker", 0);
  using interrupts = catchInterrupts();
  const { result } = await makeTorrents(world, {
    sources: sourcesFolder(world.dir),
    profile: loadProfile(flags.profile, profileFolders(world)),
    folder: labFolder(world.dir, lab).torrents,
    announce,
    signal: interrupts.signal,
  });
  if (flags.json) return printJson(world, { schemaVersion: 1, ...result });
  for (const { info, path, state } of result.torrents) {
    print(world, `${state}  ${info.infoHash}  ${printable(info.name)}  ${shortPath(world, path)}`);
  }
}
