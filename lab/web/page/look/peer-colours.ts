import type { Theme } from "../state/view-state.ts";

/** Okabe & Ito's hues, which the common kinds of colour blindness keep apart; without black, which is ink here. */
const hues = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"] as const;
/** Blue and green are too deep for a dark ground, yellow too pale for a light one. */
const onDark = ["#3b9fe0", "#e69f00", "#1fbf92", "#d98ab5", "#8fd0f5", "#ee7733", "#f0e442"] as const;
const onLight = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#d6c400"] as const;

/** A peer's own colour, by its number. After seven peers the hues come again, each round in another tone. */
export function peerColour(hue: number, theme: Theme): string {
  const palette = theme === "dark" ? onDark : onLight;
  const base = palette[hue % palette.length] ?? hues[0];
  const round = Math.floor(hue / palette.length);
  if (round === 0) return base;
  const shift = ((round + 1) >> 1) * 0.22;
  return mix(base, round % 2 === 1 ? "#000000" : "#ffffff", Math.min(shift, 0.6));
}

/** `share` of `other` in `colour`; both `#rrggbb`. */
export function mix(colour: string, other: string, share: number): string {
  const [a, b] = [channels(colour), channels(other)];
  const mixed = a.map((value, index) => Math.round(value * (1 - share) + (b[index] ?? 0) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The same colour, `alpha` opaque. */
export function fade(colour: string, alpha: number): string {
  return `${colour}${Math.round(alpha * 255)
    .toString(16)
    .padStart(2, "0")}`;
}

/** Black or white: what can be read on `colour`. */
export function textOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = channels(colour);
  return red * 0.299 + green * 0.587 + blue * 0.114 > 150 ? "#10151f" : "#ffffff";
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
