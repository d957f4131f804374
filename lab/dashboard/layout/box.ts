import type { Line } from "../look/line.ts";
import type { FeedPlace } from "../ui/ui.ts";
import { plural } from "./format.ts";

/** Room to draw in, in cells. */
export interface Box {
  readonly columns: number;
  readonly rows: number;
}

/** What a view drew, `rows` lines at the most, and how far it can be moved. */
export interface Drawn {
  readonly lines: readonly Line[];
  /** Rows that a page key moves by. */
  readonly page: number;
  /** The most that it can be scrolled. */
  readonly scroll: number;
  /** Of a feed: how far it is scrolled back now, and its newest line. */
  readonly feed?: FeedPlace;
}

/** The first of `page` visible entries that keeps the cursor near the middle. */
export function topOf(cursor: number, count: number, page: number): number {
  return Math.max(0, Math.min(count - page, cursor - Math.floor(page / 2)));
}

/**
 * Entries from `scroll` on, as many as fit; the last row says how many are below.
 * @param draw the line of one entry; called for those alone that are seen.
 */
export function scrolled<T>(
  entries: readonly T[],
  scroll: number,
  { rows }: Box,
  draw: (entry: T, index: number) => Line,
): Drawn {
  const most = Math.max(0, entries.length - rows);
  const top = Math.min(scroll, most);
  const below = most - top;
  const shown = entries.slice(top, top + rows - (below > 0 ? 1 : 0));
  const lines = shown.map((entry, i) => draw(entry, top + i));
  const more = quiet(`   … ${plural(below + 1, "line")} below; PgDn shows them`);
  return { lines: below > 0 ? [...lines, more] : lines, page: Math.max(1, rows - 1), scroll: most };
}

export function quiet(text: string): Line {
  return [[text, "quiet"]];
}
