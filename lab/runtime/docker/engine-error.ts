import { LabError, messageOf } from "../../errors.ts";

/** What dockerode and its connection put on their errors. */
interface Raw {
  readonly statusCode?: number;
  /** The body of the engine's answer. */
  readonly json?: unknown;
  /** Of Node's system errors. */
  readonly code?: string;
}

/** The engine refused, or nobody answered: nothing that a command can mend, and no bug. */
export class EngineError extends LabError {
  readonly statusCode: number | undefined;
  readonly json: unknown;
  readonly code: string | undefined;

  constructor(cause: unknown) {
    const { statusCode, json, code } = cause as Raw;
    const what = statusCode === undefined ? "the container engine does not answer" : "the container engine refused";
    super("environment", `${what}: ${textOf(json) ?? messageOf(cause)}`, {
      hint: "`lab doctor` and `docker info` show what is wrong with it; then try again.",
      cause,
    });
    this.statusCode = statusCode;
    this.json = json;
    this.code = code;
  }
}

function textOf(json: unknown): string | undefined {
  const message = (json as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? message : undefined;
}

/** What the engine said, without what is put before it. */
export function engineMessage(error: unknown): string {
  if (!(error instanceof EngineError)) return messageOf(error);
  return textOf(error.json) ?? messageOf(error.cause);
}
