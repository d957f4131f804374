import { bound } from "../../../swarm/bound.ts";
import type { SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { swarmTimes } from "../../../swarm/status.ts";
import { formatDuration } from "../../../units.ts";
import { minimumLabel } from "../minimum-label.ts";

/** The theoretical minimum while they fetch, and how near to it they came once all have it. */
export function Result({ swarm, torrent }: { swarm: SwarmModel; torrent: TorrentModel }) {
  const { bound: least, efficiency, torrents } = bound(swarm, torrent.info.infoHash);
  const { elapsed, completedAt } = swarmTimes(swarm, torrent, swarm.t);
  if (completedAt !== null && elapsed !== null)
    return (
      <p className="result">
        all have it after <b>{formatDuration(elapsed)}</b>
        {efficiency !== null && `, ${Math.round(efficiency * 100)} % of what is possible`}
      </p>
    );
  if (least === null) return null;
  return (
    <p className="result">
      {minimumLabel(torrents)} <b>{formatDuration(least)}</b>
    </p>
  );
}
