import { differenceText, isEmpty, planDifference } from "../../plan/difference.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { lockLab } from "../../runtime/lock.ts";
import { registryFolder } from "../../runtime/registry.ts";
import { carryOut } from "../carry-out.ts";
import { planOf } from "../change-plan.ts";
import { findLab } from "../find-lab.ts";
import { makeTorrents } from "../make-torrents.ts";
import { tell, type World } from "../world.ts";

/**
 * Makes torrents of what changed in `sources/` and hands them to the running swarm; nothing restarts. The old torrents
 * stay in force until the new ones are whole.
 * @returns what happened, in one line.
 */
export async function retorrent(
  world: World,
  { name, signal }: { name?: string; signal: AbortSignal },
): Promise<string> {
  const release = lockLab(registryFolder(world.env), (await findLab(world, name)).name);
  try {
    const lab = await findLab(world, name);
    const before = planOf(lab);
    const made = await makeTorrents(world, {
      profile: before.input.profile,
      folder: lab.folder.torrents,
      announce: before.run.tracker.url,
      signal,
      mayBeEmpty: true,
    });
    const plan = makePlan({ ...before.input, torrents: made.infos });
    if (isEmpty(planDifference(before, plan))) return "nothing to do";
    for (const line of differenceText(before, plan)) tell(world, line);
    const torrents = made.files;
    await carryOut(world, { plan, torrents, runtime: lab.runtime, running: true, options: { only: [], signal } });
    const { torrentsAdded, torrentsRetired } = planDifference(before, plan);
    return `${torrentsAdded.length} torrents added, ${torrentsRetired.length} retired`;
  } finally {
    release();
  }
}
