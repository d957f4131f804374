import type { TorrentModel } from "../../../swarm/model.ts";
import { stalled } from "../../../swarm/stalled.ts";
import type { LabData } from "../state/lab-data.ts";

/** One line about what keeps the picture from moving on. */
export function Notice({ data, torrent }: { data: LabData; torrent: TorrentModel | undefined }) {
  const text = noticeOf(data, torrent);
  return text ? (
    <p className="notice" role="status">
      {text}
    </p>
  ) : null;
}

function noticeOf(
  { stream, connected, picture: { swarm } }: LabData,
  torrent: TorrentModel | undefined,
): string | null {
  if (stream === "signed-out") return "This page is no longer signed in: open the link of `lab open` again.";
  if (stream === "lost") return "The web node does not answer. This picture stands still until it does.";
  if (!connected) return "The controller does not answer. This picture stands still until it does.";
  if (swarm.stopping) return "The lab is going down.";
  const reason = torrent && stalled(swarm, torrent.info.infoHash, swarm.t);
  return reason ? `Stalled: ${reason}.` : null;
}
