import type { LabState } from "../api/words.ts";
import { isComplete, isExpected, partsOf, sharedTorrents } from "./live.ts";
import { stalled } from "./stalled.ts";
import type { SwarmModel } from "./state.ts";

/**
 * The lab in one word. A stall comes before `degraded`, for it says that nothing goes on; `degraded` before `complete`,
 * for a node failed although the rest may be done.
 */
export function labState(model: SwarmModel, now: number): LabState {
  if (model.stopping) return "stopping";
  if (sharedTorrents(model).some((torrent) => stalled(model, torrent.info.infoHash, now) !== null)) return "stalled";
  if (Object.values(model.nodes).some((node) => node.state === "failed")) return "degraded";
  if (model.releasedAt === null) return "starting";
  return everyFetchIsComplete(model) ? "complete" : "running";
}

/** Whether there is something to fetch and everybody who is expected to get it has got it. */
export function everyFetchIsComplete(model: SwarmModel): boolean {
  let fetches = 0;
  for (const torrent of sharedTorrents(model))
    for (const part of partsOf(model, torrent.info.infoHash)) {
      if (!isExpected(part)) continue;
      if (!isComplete(part.torrent, torrent.info)) return false;
      fetches += 1;
    }
  return fetches > 0;
}
