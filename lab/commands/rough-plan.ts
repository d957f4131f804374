import { join } from "node:path";
import { makePlan } from "../plan/make-plan.ts";
import { type LabPlan, noLiveChanges, type PlanInput } from "../plan/plan.ts";
import { labFolder } from "../runtime/folder.ts";
import { choosePieceLength } from "../swarm/piece-length.ts";
import { SAMPLE_BYTES } from "../torrents/sample.ts";
import { scanSources } from "../torrents/scan.ts";
import { sourcesFolder } from "./make-torrents.ts";
import type { World } from "./world.ts";

type Rough = Pick<PlanInput, "lab" | "runtime" | "profile" | "scale">;

/**
 * The plan as far as sizes go, without reading a byte of the sources: enough to know what a lab takes. Where there is
 * nothing to share, of the sample that would be made. @throws LabError usage for sources that are none.
 */
export async function roughPlan(world: World, rough: Rough): Promise<LabPlan> {
  const { entries } = await scanSources(sourcesFolder(world));
  const sizes = entries.length > 0 ? entries : [{ name: "sample", length: SAMPLE_BYTES }];
  const torrents = sizes.map(({ name, length }, index) => {
    const pieceLength = rough.profile.pieceLength ?? choosePieceLength(length);
    const infoHash = index.toString(16).padStart(40, "0");
    return { name, source: name, infoHash, length, pieceLength, pieceCount: Math.ceil(length / pieceLength) };
  });
  return makePlan({
    ...rough,
    run: "rough",
    dir: world.dir,
    sources: join(world.dir, "sources"),
    torrents,
    ports: { controller: 0, tracker: 0, web: 0 },
    live: noLiveChanges,
    folders: labFolder(world.dir, rough.lab),
  });
}
