import type { Line } from "../look/line.ts";
import type { FeedPlace } from "../ui/ui.ts";

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

/** `lines` from `scroll` on, as many as fit. */
export function scrolled(lines: readonly Line[], scroll: number, { rows }: Box): Drawn {
  const most = Math.max(0, lines.length - rows);
  const top = Math.min(scroll, most);
  return { lines: lines.slice(top, top + rows), page: Math.max(1, rows - 1), scroll: most };
}

export function quiet(text: string): Line {
  return [[text, "quiet"]];
}
