import type { TorrentInfo } from "../../api/words.ts";
import type { LabPlan } from "../../plan/plan.ts";
import type { SourceEntry } from "../../torrents/sources.ts";
import { changePlan } from "../change-plan.ts";
import { type MadeTorrents, makeTorrents } from "../make-torrents.ts";
import { checkRoom } from "../room.ts";
import { roughPlan } from "../rough-plan.ts";
import type { World } from "../world.ts";

export interface RetorrentRequest {
  readonly name?: string;
  readonly signal: AbortSignal;
  /** Whether an entry may get a new torrent now; all may without it. */
  readonly isSettled?: (entry: SourceEntry) => boolean;
}

export interface Retorrented {
  /** What happened, in one line. */
  readonly text: string;
  readonly changed: boolean;
  /** Entries that kept changing while they were hashed, or could not be read. */
  readonly failed: readonly string[];
}

/**
 * Makes torrents of what changed in the lab's `sources/`, from whatever folder, and hands them to the running swarm;
 * nothing restarts. The old torrents stay in force until the new ones are whole.
 */
export async function retorrent(world: World, { name, signal, isSettled }: RetorrentRequest): Promise<Retorrented> {
  let failed: readonly string[] = [];
  const { torrentsAdded, torrentsRetired } = await changePlan(world, name, async (plan, lab) => {
    // Before anything is hashed: of large sources that would take minutes.
    const rough = await roughPlan(plan.input, []);
    await checkRoom(rough, { folder: lab.folder.root, runtime: lab.runtime, before: plan });
    const made = await makeTorrents(world, {
      sources: plan.input.sources,
      profile: plan.input.profile,
      folder: lab.folder.torrents,
      announce: plan.run.tracker.url,
      signal,
      mayBeEmpty: true,
      ...(isSettled && { isSettled }),
    });
    failed = made.result.failed.map(({ entry }) => entry);
    return { input: { torrents: inForce(plan, made) }, torrents: made.files };
  });
  const changed = torrentsAdded.length + torrentsRetired.length > 0;
  const text = changed
    ? `torrents: ${torrentsAdded.length} added, ${torrentsRetired.length} retired; nothing was restarted`
    : "nothing to do";
  return { text, changed, failed };
}

/** What has no new torrent although it is still there is shared as it was: half a change is never published. */
function inForce(plan: LabPlan, { infos, sources }: MadeTorrents): TorrentInfo[] {
  const made = new Map(infos.map((info) => [info.source, info]));
  const old = new Map(plan.run.torrents.map((info) => [info.source, info]));
  return sources.entries.flatMap(({ name }) => made.get(name) ?? old.get(name) ?? []);
}
