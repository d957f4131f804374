import { setTimeout as delay } from "node:timers/promises";
import { LabError } from "../../errors.ts";
import type { SettledSources } from "../../torrents/settle.ts";
import { printableLines } from "../../units.ts";
import { heldBack } from "../watch/held-back.ts";
import { tell, type World } from "../world.ts";

export interface TakingUp<T> {
  readonly sources: Pick<SettledSources, "changes" | "again">;
  /** Takes up what is in the sources now. */
  attempt(world: World): Promise<T>;
  readonly until: AbortSignal;
  /** Waits before what has failed is tried again; for tests. */
  readonly pause?: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Takes up every change of the sources, and yields what that did. What fails is tried again until it works: another
 * command has changed the lab, a controller is paused, a disk full. The problem is said once.
 */
export async function* takeUp<T>(
  world: World,
  { sources, attempt, until, pause = fiveSeconds }: TakingUp<T>,
): AsyncGenerator<T> {
  let problem: LabError | undefined;
  for await (const _ of sources.changes(until)) {
    // Whatever it says on its way was said before.
    const said = problem ? heldBack(world) : { world, print: () => {} };
    try {
      const done = await attempt(said.world);
      said.print();
      problem = undefined;
      yield done;
    } catch (error) {
      if (until.aborted) return;
      if (!(error instanceof LabError)) throw error;
      sources.again();
      if (error.kind === "conflict") continue;
      if (!isSame(problem, error)) say(world, error);
      problem = error;
      await pause(until);
    }
  }
}

const RETRY_MS = 5000;

const fiveSeconds = (signal: AbortSignal) => delay(RETRY_MS, undefined, { signal }).catch(() => {});

/** The numbers of a message change from one attempt to the next, what helps does not. */
const isSame = (before: LabError | undefined, { kind, hint }: LabError) =>
  before?.kind === kind && before.hint === hint;

function say(world: World, { message, hint }: LabError): void {
  tell(world, `lab: not taken up yet: ${printableLines(message)}`);
  if (hint) tell(world, `     ${printableLines(hint)}`);
}
