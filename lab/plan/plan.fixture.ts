import type { TorrentInfo } from "../api/words.ts";
import { profileSchema } from "../profile/schema.ts";
import { makePlan } from "./make-plan.ts";
import { type LabPlan, noLiveChanges, type PlanInput } from "./plan.ts";

/** A torrent of an entry of `sources/`, with an info-hash of one digit. */
export function torrentOf(source: string, digit: string): TorrentInfo {
  return { name: source, source, infoHash: digit.repeat(40), length: 1000, pieceLength: 16384, pieceCount: 1 };
}

/** What a lab with this profile is planned from. */
export function inputOf(profile: object, more: Partial<PlanInput> = {}): PlanInput {
  return {
    lab: "demo",
    run: "20260101-000000-abcd",
    runtime: "process",
    dir: "/home/ann/demo",
    sources: "/home/ann/demo/sources",
    profile: { ...profileSchema.parse(profile), name: "test" },
    torrents: [torrentOf("debian.iso", "a"), torrentOf("docs", "b")],
    ports: { controller: 7070, tracker: 6969, web: 7071 },
    scale: {},
    live: noLiveChanges,
    folders: { runs: "/runs", secrets: "/secrets", data: "/data" },
    ...more,
  };
}

/** The plan after a change of its input. */
export function changed(plan: LabPlan, change: Partial<PlanInput>): LabPlan {
  return makePlan({ ...plan.input, ...change });
}

export const namesOf = (plan: LabPlan): string[] => plan.run.peers.map(({ name }) => name);
