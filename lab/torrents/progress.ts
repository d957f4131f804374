export interface CreateProgress {
  /** The entry that is being hashed. */
  readonly entry: string;
  /** Bytes hashed, and bytes to hash, over all entries that need it. */
  readonly done: number;
  readonly total: number;
  /** Bytes per second since the start; `null` at first. */
  readonly rate: number | null;
  readonly secondsLeft: number | null;
}

/** Adds up the progress of entries that are hashed one after the other. */
export interface ProgressMeter {
  /** Begins an entry; the function takes the bytes of it done so far. */
  readonly begin: (entry: string) => (done: number) => void;
}

/** @param lengths bytes of each entry that will be hashed, by name. @param now milliseconds on a clock that never goes back. */
export function progressMeter(
  lengths: ReadonlyMap<string, number>,
  report: ((progress: CreateProgress) => void) | undefined,
  now: () => number = () => performance.now(),
): ProgressMeter {
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  const started = now();
  let finished = 0;
  let length = 0;
  return {
    begin: (entry) => {
      finished += length;
      length = lengths.get(entry) ?? 0;
      return (entryDone) => {
        const done = finished + Math.min(entryDone, length);
        const seconds = (now() - started) / 1000;
        const rate = done > 0 && seconds > 0 ? done / seconds : null;
        report?.({ entry, done, total, rate, secondsLeft: rate === null ? null : (total - done) / rate });
      };
    },
  };
}
