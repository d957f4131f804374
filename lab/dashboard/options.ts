import type { ApiClient } from "../api/client.ts";
import type { RuntimeEvent } from "../runtime/runtime.ts";
import type { ThemeName } from "./look/tones.ts";
import type { SwarmAction } from "./ui/ui.ts";

/** A step of bringing a lab up or down. */
export type Phase = RuntimeEvent;

/**
 * Callbacks of the keys that change the swarm; a key whose callback is missing is not shown. They get the name of the
 * peer under the cursor where there is one, and resolve with what is to be said about it; what they throw is shown.
 */
export type DashboardActions = Partial<Record<SwarmAction, (peer: string | undefined) => Promise<string | undefined>>>;

export interface DashboardOptions {
  /** A promise while the lab is being brought up; if it rejects, the dashboard ends with that error. */
  readonly client: ApiClient | Promise<ApiClient>;
  readonly lab: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Record<string, string | undefined>;
  readonly theme: ThemeName;
  readonly projector: boolean;
  /** Whether this command started the lab: Ctrl-C removes it then, and leaves it running otherwise. */
  readonly started: boolean;
  /** Progress while the lab is being brought up. */
  readonly phases?: AsyncIterable<Phase>;
  /**
   * Removes the lab; called once on Ctrl-C when `started`. Its progress is shown until it ends. Without it the dashboard
   * ends at once and the caller removes.
   */
  readonly remove?: () => AsyncIterable<Phase>;
  readonly actions: DashboardActions;
  /** Ends the dashboard as `q` does. */
  readonly signal: AbortSignal;
}

/**
 * `detach`: the lab goes on. `remove`: the user asked for its removal, which is done if `remove` was given.
 * `abandon`: Ctrl-C came again while it was being removed: the caller names what is left and ends at once.
 */
export type DashboardEnd = "detach" | "remove" | "abandon";
