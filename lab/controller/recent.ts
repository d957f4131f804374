import type { StoredLine } from "./journal-lines.ts";

/** The newest lines in memory, so that a viewer that was away for a moment costs no reading. */
export interface RecentLines {
  push(line: StoredLine): void;
  /** Lines after `after`, oldest first; `undefined` when some of them are not here any more. */
  after(after: number): readonly StoredLine[] | undefined;
}

/** Seconds of a busy lab; of more, each line would live long enough to cost the garbage collector its full rounds. */
const LINES = 4000;
const CHARACTERS = 4 << 20;

export function recentLines(): RecentLines {
  let lines: StoredLine[] = [];
  let start = 0;
  let characters = 0;
  let newest = 0;

  return {
    push(line) {
      if (line.seq !== newest + 1) forget();
      lines.push(line);
      newest = line.seq;
      characters += line.json.length;
      while (lines.length - start > LINES || (characters > CHARACTERS && lines.length - start > 1)) {
        characters -= lines[start]?.json.length ?? 0;
        start += 1;
      }
      if (start < LINES) return;
      lines = lines.slice(start);
      start = 0;
    },
    after(after) {
      if (after >= newest) return [];
      const first = lines[start];
      if (!first || first.seq > after + 1) return undefined;
      return lines.slice(start + after + 1 - first.seq);
    },
  };

  /** A line was lost before this one: what came earlier is not without a gap any more. */
  function forget(): void {
    lines = [];
    start = 0;
    characters = 0;
  }
}
