import type { Feed } from "../data/feed.ts";
import type { Phases } from "../layout/phases.ts";
import type { DashboardEnd } from "../options.ts";
import type { Reach, SwarmAction, Ui } from "../ui/ui.ts";

/** What is to be painted. A new object for every painting. */
export interface Frame {
  readonly stage: Stage;
  readonly ui: Ui;
  readonly notice: string | undefined;
  /** Why there is no connection to the controller. */
  readonly problem: string | null;
  /** Seconds since the run began, as near as this viewer can tell. */
  readonly now: number;
  /** Grows when the terminal may show something else than was painted. */
  readonly redrawn: number;
}

export type Stage =
  | { readonly kind: "starting"; readonly phases: Phases }
  | { readonly kind: "live" }
  | { readonly kind: "removing"; readonly phases: Phases };

/** The one place where the dashboard's state lives; views only read frames and the feed. */
export interface Store {
  readonly feed: Feed;
  readonly provided: ReadonlySet<SwarmAction>;
  readonly started: boolean;
  frame(): Frame;
  subscribe(listener: () => void): () => void;
  /** Keys that came in one piece, as `keysOf` gives them. */
  press(keys: readonly string[]): void;
  /** Pasted text: it is written where something is being written, and is no keys. */
  paste(text: string): void;
  /** What the last painting showed, so that keys know how far to go. */
  showed(reach: Reach): void;
  /** Runs until the user or the signal ends it; rejects when the controller is lost or the lab did not come up. */
  run(): Promise<DashboardEnd>;
}
