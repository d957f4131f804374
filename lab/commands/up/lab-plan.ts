import { join } from "node:path";
import { makePlan, trackerUrl } from "../../plan/make-plan.ts";
import { type LabPlan, noLiveChanges } from "../../plan/plan.ts";
import { labFolder } from "../../runtime/folder.ts";
import type { Runtime, RuntimeEvent } from "../../runtime/runtime.ts";
import type { FoundLab } from "../find-lab.ts";
import { type MadeTorrents, makeTorrents } from "../make-torrents.ts";
import { newRun } from "../run-folder.ts";
import type { UpFlags } from "../up.ts";
import type { World } from "../world.ts";
import { pickPorts } from "./ports.ts";
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

/** Hashes the sources and plans the lab. A running lab keeps its run and its ports. */
export async function makeLabPlan(
  world: World,
  { flags, wanted, runtime, before, signal }: UpContext,
): Promise<{ plan: LabPlan; torrents: MadeTorrents }> {
  const folder = labFolder(world.dir, wanted.lab);
  const old = before?.plan;
  const ports = await pickPorts({ asked: flags.port, web: wanted.profile.web, old: old?.input.ports });
  const torrents = await makeTorrents(world, {
    profile: wanted.profile,
    folder: flags.dryRun ? undefined : folder.torrents,
    announce: trackerUrl(runtime.kind, ports.tracker),
    signal,
  });
  const plan = makePlan({
    lab: wanted.lab,
    run: old?.run.run ?? newRun(new Date()),
    runtime: runtime.kind,
    dir: world.dir,
    sources: join(world.dir, "sources"),
    profile: wanted.profile,
    torrents: torrents.infos,
    ports,
    scale: wanted.scale,
    live: flags.keepLive && old ? old.input.live : noLiveChanges,
    folders: folder,
  });
  return { plan, torrents };
}
