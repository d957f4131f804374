import type { Theme } from "../state/view-state.ts";

/** Everything a figure needs to know of its looks: colours by meaning, type, and how bold. */
export interface Look {
  readonly theme: Theme;
  readonly background: string;
  readonly surface: string;
  readonly ink: string;
  readonly muted: string;
  readonly faint: string;
  readonly line: string;
  readonly warning: string;
  readonly good: string;
  readonly font: string;
  /** 1, or more on a projector: type and strokes. */
  readonly scale: number;
}

const font = '"Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

const light: Omit<Look, "scale"> = {
  theme: "light",
  background: "#f7f5f0",
  surface: "#ffffff",
  ink: "#1c2430",
  muted: "#5d6878",
  faint: "#9aa3b0",
  line: "#e3dfd5",
  warning: "#b34a00",
  good: "#00795a",
  font,
};

const dark: Omit<Look, "scale"> = {
  theme: "dark",
  background: "#0e1420",
  surface: "#161e2d",
  ink: "#e9edf5",
  muted: "#9aa8be",
  faint: "#66758d",
  line: "#27334a",
  warning: "#f29a5b",
  good: "#3ecfa5",
  font,
};

/** On a projector: large and high in contrast, for lamps wash out what is subtle. */
export function lookOf(theme: Theme, projector: boolean): Look {
  const base = theme === "light" ? light : dark;
  if (!projector) return { ...base, scale: 1 };
  const clear = theme === "light" ? { background: "#ffffff", ink: "#000000", muted: "#333d4a" } : { muted: "#c3cddd" };
  return { ...base, ...clear, scale: 1.5 };
}
