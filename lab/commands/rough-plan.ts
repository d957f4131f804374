import { makePlan } from "../plan/make-plan.ts";
import { type LabPlan, noLiveChanges, type PlanInput } from "../plan/plan.ts";
import { labFolder } from "../runtime/folder.ts";
import { choosePieceLength } from "../swarm/piece-length.ts";
import { SAMPLE_BYTES } from "../torrents/sample.ts";
import { scanSources } from "../torrents/scan.ts";
import type { SourceEntry } from "../torrents/sources.ts";
import { sourcesFolder } from "./sources-folder.ts";

type Rough = Pick<PlanInput, "lab" | "runtime" | "dir" | "profile" | "scale"> & Partial<Pick<PlanInput, "live">>;

type Sized = Pick<SourceEntry, "name" | "length">;

/**
 * The plan as far as sizes go, without reading a byte of the sources: enough to know what a lab takes.
 * @param whenEmpty what is shared where there is nothing in the sources: usually the sample that would be made.
 * @throws LabError usage for sources that are none.
 */
export async function roughPlan(
  { lab, runtime, dir, profile, scale, live = noLiveChanges }: Rough,
  whenEmpty: readonly Sized[] = [{ name: "sample", length: SAMPLE_BYTES }],
): Promise<LabPlan> {
  const { entries } = await scanSources(sourcesFolder(dir));
  const sizes: readonly Sized[] = entries.length > 0 ? entries : whenEmpty;
  const torrents = sizes.map(({ name, length }, index) => {
    const pieceLength = profile.pieceLength ?? choosePieceLength(length);
    const infoHash = index.toString(16).padStart(40, "0");
    return { name, source: name, infoHash, length, pieceLength, pieceCount: Math.ceil(length / pieceLength) };
  });
  return makePlan({
    ...{ lab, runtime, dir, profile, scale, live },
    run: "rough",
    sources: sourcesFolder(dir),
    torrents,
    ports: { controller: 0, tracker: 0, web: 0 },
    folders: labFolder(dir, lab),
  });
}
