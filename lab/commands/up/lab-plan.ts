import { LabError } from "../../errors.ts";
import { wantedLinks } from "../../plan/link.ts";
import { groupNamed, makePlan, trackerUrl } from "../../plan/make-plan.ts";
import { type LabPlan, type LinkSupport, type LiveChanges, noLiveChanges } from "../../plan/plan.ts";
import { labFolder } from "../../runtime/folder.ts";
import type { Runtime, RuntimeEvent } from "../../runtime/runtime.ts";
import type { FoundLab } from "../find-lab.ts";
import { type MadeTorrents, makeTorrents } from "../make-torrents.ts";
import { newRun } from "../run-folder.ts";
import { sourcesFolder } from "../sources-folder.ts";
import type { UpFlags } from "../up.ts";
import type { World } from "../world.ts";
import { pickPorts, withWebPort } from "./ports.ts";
import type { Wanted } from "./wanted.ts";

export interface UpContext {
  readonly flags: UpFlags;
  readonly wanted: Wanted;
  readonly runtime: Runtime;
  /** The lab as it ran before; `undefined` for a new one. */
  readonly before: FoundLab | undefined;
  readonly signal: AbortSignal;
  /** Told of every step instead of stderr. */
  readonly progress?: (event: RuntimeEvent) => void;
}

/** Hashes the sources and plans the lab. One that is there keeps its run, and its ports as long as anything of it runs. */
export async function makeLabPlan(
  world: World,
  context: UpContext,
): Promise<{ plan: LabPlan; torrents: MadeTorrents }> {
  const { flags, wanted, runtime, before, signal } = context;
  const folder = labFolder(world.dir, wanted.lab);
  const old = before?.plan;
  const running = before && (await anyRuns(before)) ? old : undefined;
  if (running && flags.port !== undefined && flags.port !== running.port) throw portIsFixed(running);
  const picked = await pickPorts(flags.port, running?.input.ports);
  const sources = sourcesFolder(world.dir);
  const torrents = await makeTorrents(world, {
    sources,
    profile: wanted.profile,
    folder: folder.torrents,
    keep: !flags.dryRun,
    announce: trackerUrl(runtime.kind, picked.tracker),
    signal,
  });
  const links = await probedLinks(world.dir, context);
  const ports = await withWebPort(picked, { web: wanted.profile.web, old: running?.input.ports });
  const plan = makePlan({
    lab: wanted.lab,
    run: old?.run.run ?? newRun(new Date()),
    runtime: runtime.kind,
    dir: world.dir,
    sources,
    profile: wanted.profile,
    torrents: torrents.infos,
    ports,
    scale: wanted.scale,
    live: flags.keepLive && old ? keptLive(old.input.live, wanted) : noLiveChanges,
    ...(links && { links }),
    folders: folder,
  });
  return { plan, torrents };
}

/** Whether the lab holds its ports: after a reboot others may have them. */
async function anyRuns({ runtime, name }: FoundLab): Promise<boolean> {
  const nodes = await runtime.nodes(name);
  return nodes.some(({ state }) => state !== "created" && state !== "stopped" && state !== "failed");
}

/** Tried out where the profile shapes links; a dry run starts nothing and goes by what was found out before. */
async function probedLinks(dir: string, context: UpContext): Promise<LinkSupport | undefined> {
  const { flags, wanted, runtime, before, signal, progress } = context;
  if (wantedLinks(wanted).length === 0) return undefined;
  if (flags.dryRun) return before?.plan?.input.links;
  return runtime.links?.({ lab: wanted.lab, dir }, { signal, ...(progress && { progress }) });
}

/** What a flag names now is stronger than what was scaled before. */
function keptLive(live: LiveChanges, { profile, scale }: Wanted): LiveChanges {
  const named = new Set(Object.keys(scale).map((asked) => groupNamed(profile, asked)));
  const isNamed = (node: string) => named.has(node.replace(/-\d+$/, ""));
  return {
    settings: live.settings,
    scale: Object.fromEntries(Object.entries(live.scale).filter(([group]) => !named.has(group))),
    added: live.added.filter(({ group }) => !named.has(group)),
    removed: live.removed.filter((node) => !isNamed(node)),
  };
}

function portIsFixed({ lab, port }: LabPlan): LabError {
  return new LabError("usage", `the lab "${lab}" runs already, with its controller on port ${port}`, {
    hint: `Leave out --port, or begin anew: \`lab down ${lab}\`.`,
  });
}
