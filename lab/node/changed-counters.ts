import type { ConnectionSample, Sample, TorrentSample } from "../api/facts.ts";

/** Leaves out of samples what says nothing new. */
export interface ChangedCounters {
  /** What to send of a sample, and of those that were held back since the last one. */
  since(sample: Sample): Sample;
  /** This sample cannot be sent now. */
  hold(sample: Sample): void;
  /** The next sample has all again: the controller may have forgotten. */
  forget(): void;
}

/** Of more connections than these, a torrent's are told in every second sample only. */
const BUSY = 60;

/**
 * A node with twenty torrents moves a few of them in a second. Each row would be checked, written down, sent and read by
 * every viewer, and the picture would be the same. Where many connections move at once torrents take turns: a rate is
 * computed over two samples, and every two of them have each connection once.
 */
export function changedCounters(): ChangedCounters {
  const sent = new Map<string, TorrentSample>();
  const waiting = new Map<string, Map<string, ConnectionSample>>();
  let turn = 0;

  return {
    hold,
    since(sample) {
      hold(sample);
      keepOnly(new Set(sample.torrents.map(({ torrent }) => torrent)));
      turn += 1;
      const isBusy = [...waiting.values()].reduce((sum, { size }) => sum + size, 0) > BUSY;
      const torrents = sample.torrents.flatMap((counters, index) => {
        const last = sent.get(counters.torrent);
        const isDue = !isBusy || last === undefined || (index + turn) % 2 === 0;
        const peers = isDue ? rowsOf(counters.torrent) : [];
        if (peers.length === 0 && last && !differs(counters, last)) return [];
        sent.set(counters.torrent, counters);
        return [{ ...counters, peers }];
      });
      return { ...sample, torrents };
    },
    forget() {
      sent.clear();
      waiting.clear();
    },
  };

  function hold({ torrents }: Sample): void {
    for (const { torrent, peers } of torrents) {
      const rows = waiting.get(torrent) ?? new Map<string, ConnectionSample>();
      waiting.set(torrent, rows);
      for (const row of peers) rows.set(row[0], row);
    }
  }

  function keepOnly(torrents: ReadonlySet<string>): void {
    for (const known of [sent, waiting])
      for (const torrent of known.keys()) if (!torrents.has(torrent)) known.delete(torrent);
  }

  function rowsOf(torrent: string): ConnectionSample[] {
    const rows = [...(waiting.get(torrent)?.values() ?? [])];
    waiting.delete(torrent);
    return rows;
  }
}

function differs(row: TorrentSample, last: TorrentSample): boolean {
  return (
    row.downloaded !== last.downloaded ||
    row.uploaded !== last.uploaded ||
    row.wasted !== last.wasted ||
    row.left !== last.left ||
    row.connected !== last.connected
  );
}
