import { exitCodes, LabError } from "../errors.ts";

export interface Interrupts extends Disposable {
  /** Aborted by Ctrl-C or SIGTERM, with the error (exit 130, 143) as its reason. */
  readonly signal: AbortSignal;
  /** What Ctrl-C does when it comes again: for who reads it as a key. */
  readonly again: () => never;
}

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an abort while it is in force.
 * @param onSecond called when Ctrl-C comes again: the command is to end at once.
 * @param onHangup called when the terminal is closed; without it that is like SIGTERM.
 */
export function catchInterrupts(handlers: { onSecond?: () => void; onHangup?: () => void } = {}): Interrupts {
  const abort = new AbortController();
  const again = () => {
    handlers.onSecond?.();
    process.exit(exitCodes.interrupted);
  };
  const interrupt = () => {
    if (abort.signal.aborted) again();
    abort.abort(new LabError("interrupted", "interrupted"));
  };
  const terminate = () => abort.abort(new LabError("terminated", "terminated"));
  const hangup = () => (handlers.onHangup ? handlers.onHangup() : terminate());
  const listeners = [
    ["SIGINT", interrupt],
    ["SIGTERM", terminate],
    ["SIGHUP", hangup],
  ] as const;
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return {
    signal: abort.signal,
    again,
    [Symbol.dispose]() {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
}

/** Rejects with the signal's reason as soon as it is aborted: for work that cannot be called off and changes nothing. */
export function orInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return Promise.race([work, interrupted]).finally(() => signal.removeEventListener("abort", abort));
}
