import type { DashboardActions } from "../dashboard/options.ts";
import { LabError } from "../errors.ts";
import { withoutPeers, withPeer } from "../plan/live.ts";
import type { LabPlan, PlanInput } from "../plan/plan.ts";
import { isPeer } from "../swarm/peers.ts";
import { changePlan } from "./change-plan.ts";
import { connectLab, findLab } from "./find-lab.ts";
import { actOnNodes } from "./node-actions/node-actions.ts";
import { linkTo, startBrowser } from "./open/open.ts";
import { retorrent } from "./retorrent/retorrent.ts";
import { retorrentOnChange } from "./retorrent/watch.ts";
import { scaledLimits } from "./scaled-limits.ts";
import { watchToggle } from "./watch/toggle.ts";
import type { World } from "./world.ts";

/** A tap on `<` or `>` changes every limit by this. */
const STEP = 2;
/** Characters of a marker. */
const MARKER = 200;

/**
 * What the dashboard's keys do to a running lab: the same as the commands of the same names, one after the other.
 * @param world its stderr must not be the dashboard's terminal. @param signal the end of the dashboard.
 */
export function dashboardActions(world: World, name: string, signal: AbortSignal): DashboardActions {
  const change = (make: (plan: LabPlan) => Partial<PlanInput>) =>
    changePlan(world, name, (plan) => ({ input: make(plan) }));
  return {
    ...inTurn({
      addLeecher: async () => {
        const { added } = await change((plan) => withPeer(plan, "leecher", {}));
        return `${added.map((peer) => peer.name).join(", ")} joins`;
      },
      removeNode: async (peer) => {
        await change((plan) => withoutPeers(plan, [required(peer)]));
        return `${peer} was removed`;
      },
      togglePause: async (peer) => togglePause(world, name, required(peer)),
      togglePauseAll: async () => togglePauseAll(world, name),
      toggleStop: async (peer) => toggleStop(world, name, required(peer)),
      retorrent: async () => (await retorrent(world, { name, signal })).text,
      announce: async (peer) => announce(world, name, peer),
      slower: async () => scaleLimits(world, name, 1 / STEP),
      faster: async () => scaleLimits(world, name, STEP),
    }),
    toggleWatch: watchToggle(
      (stop) => retorrentOnChange(world, { name, signal: AbortSignal.any([signal, stop]) }),
      (text) => mark(world, name, text),
    ),
    openWeb: async () => {
      const link = linkTo(await findLab(world, name), "admin");
      return (await startBrowser(link)) ? "opened the web UI" : link;
    },
  };
}

/** Keys may come faster than what they do: only one command at a time may change a lab. */
function inTurn(actions: DashboardActions): DashboardActions {
  let turn: Promise<unknown> = Promise.resolve();
  const queued = Object.entries(actions).map(([name, act]) => [
    name,
    (peer: string | undefined) => {
      const done = turn.then(() => act(peer));
      turn = done.catch(() => {});
      return done;
    },
  ]);
  return Object.fromEntries(queued) as DashboardActions;
}

async function togglePause(world: World, name: string, peer: string): Promise<string> {
  const { nodes } = await (await connectLab(world, name)).client.status();
  const isPaused = nodes.find((node) => node.name === peer)?.state === "paused";
  await actOnNodes(world, isPaused ? "unpause" : "pause", [peer], name);
  return isPaused ? `${peer} runs on` : `${peer} is paused`;
}

async function toggleStop(world: World, name: string, peer: string): Promise<string> {
  const { nodes } = await (await connectLab(world, name)).client.status();
  const state = nodes.find((node) => node.name === peer)?.state;
  const isDown = state === "stopped" || state === "failed" || state === "created";
  await actOnNodes(world, isDown ? "start" : "stop", [peer], name);
  return isDown ? `${peer} runs again` : `${peer} was stopped; S starts it, and its downloads stay`;
}

/** All peers run on as soon as one of them is paused. */
async function togglePauseAll(world: World, name: string): Promise<string> {
  const { nodes } = await (await connectLab(world, name)).client.status();
  const peers = nodes.filter(isPeer);
  const paused = peers.filter(({ state }) => state === "paused");
  const affected = paused.length > 0 ? paused : peers.filter(({ state }) => state === "running");
  const verb = paused.length > 0 ? "unpause" : "pause";
  await actOnNodes(
    world,
    verb,
    affected.map((peer) => peer.name),
    name,
  );
  return verb === "pause" ? "the swarm is paused" : "the swarm runs on";
}

async function announce(world: World, name: string, peer: string | undefined): Promise<string> {
  const node = peer === undefined ? {} : { node: peer };
  const { ok, error } = await (await connectLab(world, name)).client.command({ type: "announce", ...node });
  if (!ok) throw new LabError("failed", error ?? "the announce failed");
  return peer === undefined ? "all announce" : `${peer} announces`;
}

async function scaleLimits(world: World, name: string, factor: number): Promise<string> {
  let text = "";
  await changePlan(world, name, (plan) => {
    const scaled = scaledLimits(plan, factor);
    text = scaled.text;
    return { input: scaled.input };
  });
  return text;
}

async function mark(world: World, name: string, text: string): Promise<void> {
  const { client } = await connectLab(world, name);
  await client.command({ type: "mark", text: text.slice(0, MARKER) });
}

function required(peer: string | undefined): string {
  if (peer !== undefined) return peer;
  throw new LabError("usage", "no peer is under the cursor");
}
