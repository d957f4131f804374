import { LabError } from "../errors.ts";
import { readRegistry, registryFolder } from "../runtime/registry.ts";
import type { World } from "./world.ts";

const LOOK_MS = 1000;

export interface EndOfLab extends Disposable {
  /** Aborted soon after the lab went down, with an error (exit 1) for who has waited for something else. */
  readonly signal: AbortSignal;
}

/** Watches for somebody to take the lab down. One that is not registered any more is not known to have ended. */
export function endOfLab(world: World, lab: string): EndOfLab {
  const run = () => readRegistry(registryFolder(world.env), lab)?.run;
  const begun = run();
  const end = new AbortController();
  const timer = setInterval(() => {
    if (run() !== begun) end.abort(removedMeanwhile(lab));
  }, LOOK_MS);
  return { signal: end.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

function removedMeanwhile(lab: string): LabError {
  return new LabError("failed", `the lab "${lab}" was taken down before that was reached`, {
    hint: "`lab up` starts it again.",
  });
}
