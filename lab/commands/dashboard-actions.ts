import type { DashboardActions } from "../dashboard/options.ts";
import { LabError } from "../errors.ts";
import { withoutPeers, withPeer, withSettings } from "../plan/live.ts";
import type { LabPlan, PlanInput } from "../plan/plan.ts";
import { changePlan, planOf } from "./change-plan.ts";
import { clientOf, findLab } from "./find-lab.ts";
import { actOnNodes } from "./node-actions/node-actions.ts";
import { linkTo, startBrowser } from "./open/open.ts";
import { retorrent } from "./retorrent/retorrent.ts";
import type { World } from "./world.ts";

/** A tap on `<` or `>` changes every limit by this. */
const STEP = 1.5;
const SLOWEST = 16 * 1024;

/** What the dashboard's keys do to a running lab: the same as the commands of the same names. */
export function dashboardActions(world: World, name: string): DashboardActions {
  const change = (make: (plan: LabPlan) => Partial<PlanInput>) => changePlan(world, name, make);
  return {
    addLeecher: async () => {
      await change((plan) => withPeer(plan, "leecher", {}));
      return "a leecher joins";
    },
    removeNode: async (peer) => {
      await change((plan) => withoutPeers(plan, [required(peer)]));
      return `${peer} was removed`;
    },
    togglePause: async (peer) => togglePause(world, name, required(peer)),
    retorrent: async () => retorrent(world, { name, signal: new AbortController().signal }),
    announce: async (peer) => {
      await clientOf(await findLab(world, name)).command({
        type: "announce",
        ...(peer === undefined ? {} : { node: peer }),
      });
      return peer === undefined ? "all announce" : `${peer} announces`;
    },
    openWeb: async () => {
      const link = linkTo(await findLab(world, name), "admin");
      return (await startBrowser(link)) ? "opened the web UI" : link;
    },
    slower: () => scaleLimits(world, name, 1 / STEP),
    faster: () => scaleLimits(world, name, STEP),
  };
}

async function togglePause(world: World, name: string, peer: string): Promise<string> {
  const { nodes } = await clientOf(await findLab(world, name)).status();
  const isPaused = nodes.find((node) => node.name === peer)?.state === "paused";
  await actOnNodes(world, isPaused ? "unpause" : "pause", [peer], name);
  return isPaused ? `${peer} runs on` : `${peer} is paused`;
}

/** Every upload limit that there is, times `factor`; unlimited peers stay so. */
async function scaleLimits(world: World, name: string, factor: number): Promise<string> {
  const { run } = planOf(await findLab(world, name));
  const limited = run.peers.filter(({ settings }) => settings.up !== null);
  if (limited.length === 0) return "no peer has an upload limit";
  await changePlan(world, name, (plan) => {
    let changed = plan;
    for (const { name: node, settings } of limited) {
      const up = Math.max(SLOWEST, Math.round((settings.up ?? 0) * factor));
      changed = { ...changed, input: { ...changed.input, ...withSettings(changed, node, { up }) } };
    }
    return changed.input;
  });
  return factor > 1 ? "faster" : "slower";
}

function required(peer: string | undefined): string {
  if (peer !== undefined) return peer;
  throw new LabError("usage", "no peer is under the cursor");
}
