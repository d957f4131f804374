import { availability, distributedCopies } from "../../../swarm/availability.ts";
import { toStatus } from "../../../swarm/status.ts";
import { formatBytes, formatDuration, printable } from "../../../units.ts";
import type { ViewProps } from "../view-props.ts";
import { Facts } from "./facts.tsx";
import { Legend } from "./legend.tsx";

/** The swarm in numbers, and what the picture's signs mean. */
export function SwarmPanel({ data, torrent, state, look }: ViewProps) {
  const { swarm } = data.picture;
  const { info } = torrent;
  const status = toStatus(swarm, { now: swarm.t, controllerUrl: null, connections: false });
  const own = status.swarms.find(({ infoHash }) => infoHash === info.infoHash);
  const copies = own?.distributedCopies ?? distributedCopies(availability(swarm, info.infoHash));
  return (
    <>
      <h2>{printable(info.name)}</h2>
      <Facts
        facts={[
          ["size", `${formatBytes(info.length)} · ${info.pieceCount} × ${formatBytes(info.pieceLength)}`],
          ["complete ◆", `${own?.complete ?? 0}`, "live peers that have everything"],
          ["incomplete ●", `${own?.incomplete ?? 0}`],
          ["distributed copies", copies.toFixed(2)],
          ["since the release", own?.elapsed == null ? "–" : formatDuration(own.elapsed)],
          [
            "theoretical minimum",
            own?.bound == null ? "–" : formatDuration(own.bound),
            "Kumar & Ross 2006; not defined without limits, with late joins or after a change",
          ],
          [
            "efficiency",
            own?.efficiency == null ? "–" : `${Math.round(own.efficiency * 100)} %`,
            "minimum ÷ time taken",
          ],
        ]}
      />
      {state.view === "swarm" && <Legend look={look} />}
    </>
  );
}
