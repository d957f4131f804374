/**
 * Exit codes of the command line.
 * 0 ok · 1 failed · 2 usage or bad input · 3 environment (engine, port, disk) · 4 the lab ran but a node failed ·
 * 5 conflict with another lab · 124 a wait timed out · 130 and 143 interrupted.
 */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  environment: 3,
  node: 4,
  conflict: 5,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const;

export type ErrorKind = Exclude<keyof typeof exitCodes, "ok">;

/**
 * What went wrong in a way that the user can act on. `message` says what and why in one sentence, `hint` how to fix it.
 * It is printed once, in `main.ts`. Any other error is a bug and shows its stack.
 */
export class LabError extends Error {
  override readonly name = "LabError";
  readonly kind: ErrorKind;
  readonly hint: string | undefined;

  constructor(kind: ErrorKind, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return exitCodes[this.kind];
  }
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether `error` is Node's system error with one of these codes (`ENOENT`, `EADDRINUSE`, …). */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Makes a `switch` over a closed union fail to compile when a member is missing. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value ${JSON.stringify(value)}`);
}
