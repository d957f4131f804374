import type { TorrentModel } from "../../swarm/model.ts";
import type { Look } from "./look/look.ts";
import type { LabData } from "./state/lab-data.ts";
import type { ViewState } from "./state/view-state.ts";

/** What every view gets: all data comes in here, so that a view is a function of it. */
export interface ViewProps {
  readonly data: LabData;
  readonly torrent: TorrentModel;
  readonly state: ViewState;
  readonly look: Look;
}
