import stringWidth from "string-width";
import type { Theme, Tone } from "./tones.ts";

/** A piece of text with a meaning; `selected` turns it over. */
export type Span = readonly [text: string, tone: Tone, selected?: boolean];
/** One row of the screen. Texts are printable: what comes from outside went through `printable`. */
export type Line = readonly Span[];

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Our own glyphs and ASCII: one column each, which spares most cells the slow way. */
const NARROW = /^[\u0020-\u007e\u00b7\u00d7\u2013\u2026\u2190-\u2195\u221e\u2500-\u25f7\u2800-\u28ff]*$/;

/** Columns that the text takes on a terminal. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** The text in exactly `width` columns: cut with `…`, or padded. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  if (width <= 0) return "";
  const clipped = clip(text, width);
  const padding = " ".repeat(width - widthOf(clipped));
  return align === "left" ? clipped + padding : padding + clipped;
}

/** The text in `width` columns at the most. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return "";
  if (NARROW.test(text)) return `${text.slice(0, width - 1)}…`;
  let kept = "";
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const columns = stringWidth(segment);
    if (used + columns > width - 1) break;
    kept += segment;
    used += columns;
  }
  return `${kept}…`;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, [text]) => sum + widthOf(text), 0);
}

/** The line in exactly `width` columns. */
export function fitLine(line: Line, width: number): Line {
  const spans: Span[] = [];
  let left = width;
  for (const [text, tone, selected] of line) {
    if (left <= 0) break;
    const clipped = clip(text, left);
    spans.push([clipped, tone, selected ?? false]);
    left -= widthOf(clipped);
  }
  if (left > 0) spans.push([" ".repeat(left), "text"]);
  return spans;
}

/** `left` and `right` at the two edges; the left one gives way. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = Math.max(0, width - lineWidth(right));
  return fitLine([...fitLine(left, room), ...right], width);
}

export function select(line: Line): Line {
  return line.map(([text, tone]) => [text, tone, true]);
}

/** Spans of equal looks joined and wrapped in SGR sequences; what stands at the end of a row needs no blanks. */
export function paint(line: Line, theme: Theme): string {
  let painted = "";
  let run = "";
  let codes = "";
  const flush = () => {
    if (run === "") return;
    painted += codes === "" ? run : `\u001b[${codes}m${run}\u001b[0m`;
    run = "";
  };
  for (const [text, tone, selected] of line) {
    if (text === "") continue;
    const next = (selected ? [7, ...theme[tone].filter((code) => code !== 7 && code !== 2)] : theme[tone]).join(";");
    if (next !== codes) {
      flush();
      codes = next;
    }
    run += text;
  }
  flush();
  return painted;
}
