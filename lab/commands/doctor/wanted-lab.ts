import { join } from "node:path";
import { messageOf } from "../../errors.ts";
import { wantedLinks } from "../../plan/link.ts";
import { makePlan } from "../../plan/make-plan.ts";
import { noLiveChanges } from "../../plan/plan.ts";
import { loadProfile } from "../../profile/load.ts";
import { labFolder } from "../../runtime/folder.ts";
import { choosePieceLength } from "../../swarm/piece-length.ts";
import { SAMPLE_BYTES } from "../../torrents/sample.ts";
import { scanSources } from "../../torrents/scan.ts";
import { type Needs, needsOf } from "../needs.ts";
import { profileFolders, type World } from "../world.ts";

/** What a profile would take of a machine with what is in `sources/` now. */
export interface WantedLab {
  readonly profile: string;
  readonly needs: Needs;
  readonly wantsLinks: boolean;
  /** Why `sources/` cannot be shared; `undefined` when it can, or when a sample would be made. */
  readonly problem: string | undefined;
}

/** Plans the lab as `up` would, without reading a byte of the sources. @throws LabError usage for a bad profile. */
export async function wantedLab(world: World, profiles: readonly string[]): Promise<WantedLab> {
  const profile = loadProfile(profiles, profileFolders(world));
  const sources = await scanSources(join(world.dir, "sources")).catch((error: unknown) => messageOf(error));
  const entries = typeof sources === "string" ? [] : sources.entries;
  const sizes = entries.length > 0 ? entries : [{ name: "sample", length: SAMPLE_BYTES }];
  const torrents = sizes.map(({ name, length }, index) => {
    const pieceLength = profile.pieceLength ?? choosePieceLength(length);
    const infoHash = index.toString(16).padStart(40, "0");
    return { name, source: name, infoHash, length, pieceLength, pieceCount: Math.ceil(length / pieceLength) };
  });
  const plan = makePlan({
    lab: "doctor",
    run: "doctor",
    runtime: "docker",
    dir: world.dir,
    sources: join(world.dir, "sources"),
    profile,
    torrents,
    ports: { controller: 0, tracker: 0, web: 0 },
    scale: {},
    live: noLiveChanges,
    folders: labFolder(world.dir, "doctor"),
  });
  return {
    profile: profile.name,
    needs: needsOf(plan),
    wantsLinks: wantedLinks({ profile }).length > 0,
    problem: typeof sources === "string" ? sources : undefined,
  };
}
