import type { JournalLine } from "../../api/journal.ts";
import { formatBytes } from "../../units.ts";

/** What the tracker heard or said, as one line of its feed; `undefined` for lines that are not about it. */
export function trackerStory(line: JournalLine): string | undefined {
  switch (line.type) {
    case "announce": {
      const left = line.left === null ? "" : `, ${formatBytes(line.left)} left`;
      return `${line.protocol} announce ${line.event.padEnd(9)} ${line.peer} (${line.address})${left}; gave ${count(line.peers, "peer")}; ${line.complete} complete, ${line.incomplete} incomplete`;
    }
    case "scrape":
      return `scrape of ${line.torrents.length === 0 ? "everything" : count(line.torrents.length, "torrent")} by ${line.address}`;
    case "peer-expired":
      return `${line.peer} was silent for ${line.reason === "full" ? "the longest, the table is full," : "too long"} and is dropped; ${line.complete} complete, ${line.incomplete} incomplete`;
    case "tracker-error":
      return `${line.node} got no answer: ${line.error}`;
    default:
      return undefined;
  }
}

function count(amount: number, word: string): string {
  return `${amount} ${word}${amount === 1 ? "" : "s"}`;
}
