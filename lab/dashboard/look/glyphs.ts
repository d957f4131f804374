import type { Behaviour } from "../../api/words.ts";
import { badSigns } from "../../swarm/behaviour.ts";

/** Every sign that carries a meaning; each has a twin in ASCII. All are one column wide. */
export interface Glyphs {
  readonly seeder: string;
  readonly leecher: string;
  readonly tracker: string;
  /** In place of a seeder's or leecher's sign. */
  readonly behaviour: Readonly<Record<Exclude<Behaviour, "honest">, string>>;
  readonly selected: string;
  readonly up: string;
  readonly down: string;
  readonly arrow: string;
  readonly mark: string;
  readonly rarest: string;
  readonly fresh: string;
  readonly infinite: string;
  readonly dot: string;
  readonly rule: string;
  readonly bar: { readonly full: string; readonly parts: readonly string[]; readonly empty: string };
  /** From nothing to all of a cell's pieces. */
  readonly shades: readonly [string, string, string, string, string];
  readonly choke: ChokeGlyphs;
  readonly lane: { readonly unchoked: string; readonly optimistic: string; readonly choked: string };
  /** Whether charts are drawn with braille dots; with blocks of `shades` otherwise. */
  readonly braille: boolean;
}

export interface ChokeGlyphs {
  readonly unchoked: string;
  readonly optimistic: string;
  /** They want data and are choked. */
  readonly refused: string;
  /** Unchoked, but they want nothing. */
  readonly idle: string;
  /** Connected, nobody wants anything. */
  readonly quiet: string;
}

export const unicodeGlyphs: Glyphs = {
  seeder: "◆",
  leecher: "●",
  tracker: "■",
  behaviour: badSigns,
  selected: "▸",
  up: "↑",
  down: "↓",
  arrow: "→",
  mark: "◈",
  rarest: "▲",
  fresh: "+",
  infinite: "∞",
  dot: "·",
  rule: "─",
  bar: { full: "█", parts: ["▏", "▎", "▍", "▌", "▋", "▊", "▉"], empty: "░" },
  shades: ["·", "░", "▒", "▓", "█"],
  choke: { unchoked: "█", optimistic: "O", refused: "×", idle: "○", quiet: "·" },
  lane: { unchoked: "━", optimistic: "O", choked: "╌" },
  braille: true,
};

export const asciiGlyphs: Glyphs = {
  seeder: "*",
  leecher: "o",
  tracker: "@",
  behaviour: { poison: "X", freeride: "$", silent: "0", slow: "%" },
  selected: ">",
  up: "^",
  down: "v",
  arrow: ">",
  mark: "!",
  rarest: "^",
  fresh: "+",
  infinite: "inf",
  dot: "-",
  rule: "-",
  bar: { full: "#", parts: [], empty: "." },
  shades: [".", ":", "-", "=", "#"],
  choke: { unchoked: "#", optimistic: "O", refused: "x", idle: "o", quiet: "." },
  lane: { unchoked: "=", optimistic: "O", choked: "-" },
  braille: false,
};

/** Unicode where the locale says so; on Linux's own console too many signs are missing. */
export function glyphsFor(env: Record<string, string | undefined>): Glyphs {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  if (env.TERM === "linux") return asciiGlyphs;
  return locale === "" || /utf-?8/i.test(locale) ? unicodeGlyphs : asciiGlyphs;
}
