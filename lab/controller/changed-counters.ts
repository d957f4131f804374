import type { Sample, TorrentSample } from "../api/facts.ts";
import { lookup } from "../swarm/dictionary.ts";
import type { NodeTorrentModel, SwarmModel } from "../swarm/model.ts";

/**
 * A sample without the torrents that say nothing new. A node with twenty torrents moves a few of them in a second, and
 * each row would be written, sent and read by every viewer; the model is the same without it.
 */
export function changedCounters(sample: Sample, model: SwarmModel, node: string): Sample {
  const parts = lookup(model.nodes, node)?.torrents;
  if (!parts) return sample;
  return { ...sample, torrents: sample.torrents.filter((row) => isNew(row, lookup(parts, row.torrent))) };
}

function isNew(row: TorrentSample, part: NodeTorrentModel | undefined): boolean {
  return (
    part === undefined ||
    row.peers.length > 0 ||
    row.downloaded !== part.downloaded.raw ||
    row.uploaded !== part.uploaded.raw ||
    row.wasted !== part.wasted.raw ||
    row.connected !== part.connected
  );
}
