import { LabError, messageOf } from "../errors.ts";

export interface Program {
  /** Runs `cleanUp` before a clean end, the last one first; all of them together get `END_MS`. */
  onEnd(cleanUp: () => unknown): void;
  /** Ends cleanly, as SIGTERM does. */
  end(): void;
  /** Prints the error once and ends with its exit code (1 for a bug), without cleaning up. */
  fail(error: unknown): never;
}

/** A node is given two seconds to end; what is not done by then is left. */
const END_MS = 1800;

/**
 * Runs a node program until SIGTERM or SIGINT. The handlers are there from the first moment because a program that is
 * PID 1 of a container ignores signals that it does not handle.
 */
export function runProgram(main: (program: Program) => unknown): void {
  const cleanUps: (() => unknown)[] = [];
  let ending = false;
  const program: Program = { onEnd: (cleanUp) => cleanUps.unshift(cleanUp), end, fail };

  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  void Promise.resolve(program).then(main).catch(fail);

  function end(): void {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), END_MS);
    void cleanUpAll().then(() => process.exit(0), fail);
  }

  async function cleanUpAll(): Promise<void> {
    for (const cleanUp of cleanUps) await cleanUp();
  }
}

function fail(error: unknown): never {
  if (error instanceof LabError) {
    console.error(error.hint === undefined ? error.message : `${error.message}\n  ${error.hint}`);
    process.exit(error.exitCode);
  }
  console.error(error instanceof Error ? (error.stack ?? messageOf(error)) : messageOf(error));
  process.exit(1);
}
