import type { SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { formatBytes, printable } from "../../../units.ts";
import { viewState } from "../state/view-state.ts";

/** Options are text nodes, like every name on the page. */
export function TorrentSelect({ swarm, shown }: { swarm: SwarmModel; shown: TorrentModel | undefined }) {
  const torrents = Object.values(swarm.torrents);
  if (!shown) return null;
  return (
    <label className="torrent">
      <span className="visually-hidden">Torrent</span>
      <select
        value={shown.info.infoHash}
        onChange={(event) => viewState.change({ torrent: event.target.value, piece: null })}
      >
        {torrents.map(({ info, retired }) => (
          <option key={info.infoHash} value={info.infoHash}>
            {`${printable(info.name)} · ${formatBytes(info.length)} · ${info.pieceCount} pieces${retired ? " · retired" : ""}`}
          </option>
        ))}
      </select>
    </label>
  );
}
