import type { ChangeEvent } from "react";
import type { SwarmModel, TorrentModel } from "../../../swarm/model.ts";
import { formatBytes, printable } from "../../../units.ts";
import { torrentsOf } from "../state/peers.ts";
import { chooseTorrent } from "../state/view-state.ts";

/** Options are text nodes, like every name on the page. */
export function TorrentSelect({ swarm, shown }: { swarm: SwarmModel; shown: TorrentModel | undefined }) {
  if (!shown) return null;
  const torrents = torrentsOf(swarm);
  const choose = ({ currentTarget }: ChangeEvent<HTMLSelectElement>) => {
    const chosen = torrents[currentTarget.selectedIndex];
    if (chosen) chooseTorrent(chosen);
    // Keys are for the view again.
    currentTarget.blur();
  };
  return (
    <label className="torrent">
      <span className="visually-hidden">Torrent</span>
      <select value={shown.info.infoHash} onChange={choose}>
        {torrents.map(({ info, retired }) => (
          <option key={info.infoHash} value={info.infoHash}>
            {`${printable(info.name)} · ${formatBytes(info.length)} · ${info.pieceCount} pieces${retired ? " · retired" : ""}`}
          </option>
        ))}
      </select>
    </label>
  );
}
