import type { Sample, TorrentSample } from "../api/facts.ts";

/** Leaves out of samples the torrents that say nothing new. */
export interface ChangedCounters {
  /** The sample to send. */
  since(sample: Sample): Sample;
  /** The next sample has all again: the controller may have forgotten. */
  forget(): void;
}

/**
 * A node with twenty torrents moves a few of them in a second. Each row would be checked, written down, sent and read by
 * every viewer, and the picture would be the same.
 */
export function changedCounters(): ChangedCounters {
  const sent = new Map<string, TorrentSample>();
  return {
    since(sample) {
      const torrents = sample.torrents.filter((row) => isNew(row, sent.get(row.torrent)));
      for (const row of torrents) sent.set(row.torrent, row);
      return { ...sample, torrents };
    },
    forget: () => sent.clear(),
  };
}

function isNew(row: TorrentSample, last: TorrentSample | undefined): boolean {
  return (
    last === undefined ||
    row.peers.length > 0 ||
    row.downloaded !== last.downloaded ||
    row.uploaded !== last.uploaded ||
    row.wasted !== last.wasted ||
    row.left !== last.left ||
    row.connected !== last.connected
  );
}
