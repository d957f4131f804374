/** Colours by meaning. No component and no layout names a hue. */
export type Tone =
  | "text"
  | "quiet"
  | "title"
  | "key"
  | "seeder"
  | "leecher"
  | "tracker"
  | "down"
  | "up"
  | "good"
  | "warn"
  | "bad"
  | "fresh"
  | "rare"
  | "unchoked"
  | "optimistic"
  | "choked"
  | "mark";

/** SGR parameters (ECMA-48) that switch a tone on; none is the terminal's own text. */
export type Theme = Readonly<Record<Tone, readonly number[]>>;

export const themeNames = ["default", "okabe-ito", "mono"] as const;
export type ThemeName = (typeof themeNames)[number];

const BOLD = 1;
const DIM = 2;
const UNDERLINE = 4;
const INVERSE = 7;
const of256 = (colour: number) => [38, 5, colour] as const;

/** The terminal's 16 colours, so that a user's palette stays valid; no yellow, dark blue or white as text. */
const sixteen: Theme = {
  text: [],
  quiet: [DIM],
  title: [BOLD],
  key: [BOLD, 36],
  seeder: [32],
  leecher: [36],
  tracker: [35],
  down: [36],
  up: [35],
  good: [32],
  warn: [BOLD, 35],
  bad: [BOLD, 31],
  fresh: [BOLD, INVERSE, 32],
  rare: [BOLD, 31],
  unchoked: [32],
  optimistic: [BOLD, 35],
  choked: [DIM],
  mark: [BOLD, 35],
};

/** Hues that stay apart for colour-blind eyes (Okabe & Ito 2008), from the 256 colours that every terminal knows. */
const okabeIto: Theme = {
  text: [],
  quiet: [DIM],
  title: [BOLD],
  key: [BOLD, ...of256(74)],
  seeder: of256(36),
  leecher: of256(74),
  tracker: of256(175),
  down: of256(74),
  up: of256(214),
  good: of256(36),
  warn: of256(214),
  bad: [BOLD, ...of256(166)],
  fresh: [BOLD, INVERSE, ...of256(36)],
  rare: [BOLD, ...of256(166)],
  unchoked: of256(36),
  optimistic: [BOLD, ...of256(175)],
  choked: [DIM],
  mark: [BOLD, ...of256(175)],
};

const mono: Theme = {
  text: [],
  quiet: [],
  title: [BOLD],
  key: [BOLD],
  seeder: [],
  leecher: [],
  tracker: [],
  down: [],
  up: [],
  good: [],
  warn: [BOLD],
  bad: [BOLD, UNDERLINE],
  fresh: [INVERSE],
  rare: [BOLD],
  unchoked: [],
  optimistic: [BOLD],
  choked: [],
  mark: [BOLD],
};

export const themes: Readonly<Record<ThemeName, Theme>> = { default: sixteen, "okabe-ito": okabeIto, mono };

/** For a room: everything bold, nothing dim. */
export function forProjector(theme: Theme): Theme {
  const bright = Object.entries(theme).map(([tone, sgr]) => [
    tone,
    [BOLD, ...sgr.filter((code) => code !== BOLD && code !== DIM)],
  ]);
  return Object.fromEntries(bright) as Record<Tone, readonly number[]>;
}
