import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient, LabEvent } from "../../api/client.ts";
import type { JournalLine } from "../../api/journal.ts";
import { emptyModel } from "../../swarm/model.ts";
import { toStatus } from "../../swarm/status.ts";
import type { Playhead } from "./playhead.ts";

export interface RecordedClientOptions {
  readonly lines: AsyncIterable<readonly JournalLine[]>;
  readonly playhead: Playhead;
  /** The last picture stays until the signal; else the events end with the journal. */
  readonly holdsLast: boolean;
}

/** So often a viewer hears that nothing came, so that its clock stands still meanwhile. */
const BEAT_MS = 100;

/** A journal as a controller would have told it, at the playhead's pace. What went before the release comes at once. */
export function recordedClient({ lines, playhead, holdsLast }: RecordedClientOptions): ApiClient {
  return {
    status: async () => toStatus(emptyModel(), { now: 0, controllerUrl: null, connections: false }),
    command: async () => ({ ok: false, error: "this is a replay: nothing in it can be changed" }),
    async *events({ signal } = {}): AsyncGenerator<LabEvent[]> {
      let playing = false;
      for await (const batch of lines) {
        let rest = batch;
        while (rest.length > 0 && !signal?.aborted) {
          const ready = rest.slice(0, playing ? dueAt(playhead.now, rest) : toRelease(rest));
          rest = rest.slice(ready.length);
          const last = ready.at(-1);
          if (!playing && last?.type === "release") {
            playhead.jump(last.t);
            playing = true;
          }
          yield ready.map((line) => ({ kind: "line", line }));
          if (playing && rest[0]) await beat(playhead.until(rest[0].t), signal);
        }
      }
      while (holdsLast && !signal?.aborted) {
        await beat(BEAT_MS, signal);
        yield [];
      }
    },
  };
}

/** How many of the lines go up to the release; all where it is not among them. */
function toRelease(lines: readonly JournalLine[]): number {
  const release = lines.findIndex(({ type }) => type === "release");
  return release < 0 ? lines.length : release + 1;
}

function dueAt(now: number, lines: readonly JournalLine[]): number {
  const later = lines.findIndex(({ t }) => t > now);
  return later < 0 ? lines.length : later;
}

async function beat(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(Math.min(ms, BEAT_MS), undefined, { signal }).catch(() => {});
}
