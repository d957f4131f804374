import { exitCodes, LabError } from "../errors.ts";
import { readRegistry, registryFolder } from "../runtime/registry.ts";
import { tell, type World } from "./world.ts";

const LOOK_MS = 1000;

export interface EndOfLab extends Disposable {
  /** Aborted soon after the lab went down, with an error (exit 1) for who has waited for something else. */
  readonly signal: AbortSignal;
}

/**
 * Watches for somebody to take the lab down, from when it is up. One that is not registered any more is not known to have
 * ended.
 */
export function endOfLab(world: World, lab: string, isUp: Promise<unknown> = Promise.resolve()): EndOfLab {
  const run = () => readRegistry(registryFolder(world.env), lab)?.run;
  const end = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const watch = () => {
    if (isOver) return;
    const begun = run();
    timer = setInterval(() => {
      if (run() !== begun) end.abort(removedMeanwhile(lab));
    }, LOOK_MS);
  };
  isUp.then(watch, () => {});
  return {
    signal: end.signal,
    [Symbol.dispose]() {
      isOver = true;
      clearInterval(timer);
    },
  };
}

/** For who has only looked on: nothing went wrong. @returns the exit code. */
export function sayDown(world: World, lab: string): number {
  tell(world, `the lab "${lab}" is down: somebody else removed it`);
  return exitCodes.ok;
}

function removedMeanwhile(lab: string): LabError {
  return new LabError("failed", `the lab "${lab}" was taken down before that was reached`, {
    hint: "`lab up` starts it again.",
  });
}
