import { makePlan } from "../plan/make-plan.ts";
import { type LabPlan, noLiveChanges, type PlanInput } from "../plan/plan.ts";
import { labFolder } from "../runtime/folder.ts";
import { choosePieceLength } from "../swarm/piece-length.ts";
import { SAMPLE_BYTES } from "../torrents/sample.ts";
import { scanSources } from "../torrents/scan.ts";
import type { SourceEntry, Sources } from "../torrents/sources.ts";
import { sourcesFolder } from "./sources-folder.ts";

type Rough = Pick<PlanInput, "lab" | "runtime" | "dir" | "profile" | "scale"> & Partial<Pick<PlanInput, "live">>;

const ROUGH = "rough";

/** Whether it is made without hashing: its info-hashes are none. */
export const isRough = (plan: LabPlan): boolean => plan.run.run === ROUGH;

type Sized = Pick<SourceEntry, "name" | "length">;

const SAMPLE: readonly Sized[] = [{ name: "sample", length: SAMPLE_BYTES }];

/**
 * The plan as far as sizes go, without reading a byte of the sources: enough to know what a lab takes.
 * @param whenEmpty what is shared where there is nothing in the sources: usually the sample that would be made.
 * @throws LabError usage for sources that are none.
 */
export async function roughPlan(rough: Rough, whenEmpty = SAMPLE): Promise<LabPlan> {
  return planOfSources(rough, await scanSources(sourcesFolder(rough.dir)), whenEmpty);
}

/** The same for sources that were looked at. Where there is something, but nothing to share, no sample is made. */
export function planOfSources(
  { lab, runtime, dir, profile, scale, live = noLiveChanges }: Rough,
  { state, entries }: Pick<Sources, "state" | "entries">,
  whenEmpty = SAMPLE,
): LabPlan {
  const sizes: readonly Sized[] = state === "filled" ? entries : whenEmpty;
  const torrents = sizes.map(({ name, length }, index) => {
    const pieceLength = profile.pieceLength ?? choosePieceLength(length);
    const infoHash = index.toString(16).padStart(40, "0");
    return { name, source: name, infoHash, length, pieceLength, pieceCount: Math.ceil(length / pieceLength) };
  });
  return makePlan({
    ...{ lab, runtime, dir, profile, scale, live },
    run: ROUGH,
    sources: sourcesFolder(dir),
    torrents,
    ports: { controller: 0, tracker: 0, web: 0 },
    folders: labFolder(dir, lab),
  });
}
