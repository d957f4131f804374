import { bound } from "../../../swarm/bound.ts";
import { swarmStatus } from "../../../swarm/status.ts";
import { formatBytes, formatDuration, printable } from "../../../units.ts";
import { minimumLabel } from "../minimum-label.ts";
import { peersOf } from "../state/peers.ts";
import { CROWD } from "../swarm/seats.ts";
import type { ViewProps } from "../view-props.ts";
import { Facts } from "./facts.tsx";
import { Legend } from "./legend.tsx";

/** The swarm in numbers, and what the picture's signs mean. */
export function SwarmPanel({ data, torrent, state, look }: ViewProps) {
  const { swarm } = data.picture;
  const { info } = torrent;
  const { complete, incomplete, distributedCopies, elapsed } = swarmStatus(swarm, torrent, swarm.t);
  const { bound: least, efficiency, torrents } = bound(swarm, info.infoHash);
  return (
    <>
      <h2>{printable(info.name)}</h2>
      <Facts
        facts={[
          ["size", `${formatBytes(info.length)} · ${info.pieceCount} × ${formatBytes(info.pieceLength)}`],
          ["complete ◆", `${complete}`, "live peers that have everything"],
          ["incomplete ●", `${incomplete}`],
          ["distributed copies", distributedCopies.toFixed(2)],
          ["since the release", torrent.retired || elapsed === null ? "–" : formatDuration(elapsed)],
          [
            minimumLabel(torrents),
            least === null ? "–" : formatDuration(least),
            "Kumar & Ross 2006; not defined without limits, with late joins or after a change",
          ],
          ["efficiency", efficiency === null ? "–" : `${Math.round(efficiency * 100)} %`, "minimum ÷ time taken"],
        ]}
      />
      {state.view === "swarm" && <Legend look={look} crowd={peersOf(swarm).length > CROWD} />}
    </>
  );
}
