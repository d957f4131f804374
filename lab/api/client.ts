import { LabError, messageOf } from "../errors.ts";
import { type CommandResult, commandResult, type LabCommand } from "./commands.ts";
import { type EventsOptions, type LabEvent, watchEvents } from "./events.ts";
import type { LabStatus } from "./status.ts";

export type { EventsOptions, LabEvent } from "./events.ts";

/** The controller's HTTP API for programs and pages: global `fetch`, nothing of Node. */
export interface ApiClient {
  status(options?: { connections?: boolean; signal?: AbortSignal }): Promise<LabStatus>;
  /**
   * First a snapshot (or, with `after`, the lines after that one), then every line, also over lost connections; as many at
   * a time as come together, for a wait a line would cost a busy lab more than the line.
   */
  events(options?: EventsOptions): AsyncIterable<readonly LabEvent[]>;
  command(command: LabCommand, options?: { signal?: AbortSignal }): Promise<CommandResult>;
}

export interface ApiClientOptions {
  /** `http://host:port`. */
  readonly url: string;
  readonly token: string;
  /** Milliseconds within which an answer begins; default 20 s, and 5 s for a status, which is ready at once. */
  readonly patience?: number;
}

/** A command that takes longer is answered with white space after 10 s. */
const PATIENCE_MS = 20_000;
const STATUS_PATIENCE_MS = 5000;

/**
 * All methods throw a `LabError`: `environment` when nobody answers at the address, `failed` when the controller refuses.
 * A command that the controller could not do is no error but a result that is not `ok`.
 */
export function apiClient(options: ApiClientOptions): ApiClient {
  const request: Request = (path, init) => send(options, path, init);
  const asked = { ...options, patience: options.patience ?? STATUS_PATIENCE_MS };
  return {
    async status({ connections = false, signal } = {}) {
      const response = await send(asked, `/v1/status${connections ? "?connections=1" : ""}`, withSignal(signal));
      return readStatus(await readBody(response, options.url));
    },
    events: (eventsOptions = {}) => watchEvents(request, eventsOptions),
    async command(command, { signal } = {}) {
      const response = await request("/v1/commands", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(command),
        ...withSignal(signal),
      });
      return commandResult.parse(await readBody(response, options.url)) as CommandResult;
    },
  };
}

/** A request that was answered with 200. */
export type Request = (path: string, init?: RequestInit) => Promise<Response>;

async function send(options: ApiClientOptions, path: string, init: RequestInit = {}): Promise<Response> {
  const { url, token, patience = PATIENCE_MS } = options;
  const headers = { ...init.headers, authorization: `Bearer ${token}` };
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(silent(url, patience)), patience);
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
  try {
    const response = await fetch(new URL(path, url), { ...init, signal, headers, redirect: "error" });
    if (response.ok) return response;
    throw refusal(url, response.status, await response.text().catch(() => ""));
  } catch (cause) {
    throw unanswered(url, cause, init.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** A controller that is frozen takes connections and never answers. */
function silent(url: string, patience: number): LabError {
  const seconds = Math.ceil(patience / 1000);
  return new LabError("environment", `the lab's controller at ${url} does not answer within ${seconds} s`, {
    hint: "If it is paused: `lab unpause controller`; else `lab restart controller`.",
  });
}

/** What the caller aborted is the caller's own error, not one of the lab. */
function unanswered(url: string, cause: unknown, signal?: AbortSignal | null): unknown {
  if (signal?.aborted) return signal.reason;
  if (cause instanceof LabError) return cause;
  const detail = cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
  return new LabError("environment", `the lab's controller at ${url} does not answer: ${detail}`, {
    hint: "`lab ls` shows what runs; `lab up` starts the lab again",
    cause,
  });
}

function refusal(url: string, status: number, body: string): LabError {
  const reason = errorIn(body) ?? `HTTP status ${status}`;
  const hint = status === 401 ? "the lab at this address may be another one; `lab ls` shows which run" : undefined;
  return new LabError("failed", `the controller at ${url} refused: ${reason}`, hint === undefined ? {} : { hint });
}

function errorIn(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body);
    return typeof error === "string" ? error : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(response: Response, url: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw unanswered(url, cause);
  }
}

function readStatus(body: unknown): LabStatus {
  const status = body as LabStatus;
  if (status?.schemaVersion === 1) return status;
  throw new LabError("failed", "the controller is of another version of lab", {
    hint: "`lab down` and `lab up` start it anew",
  });
}

function withSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
