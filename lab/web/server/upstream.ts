import { setTimeout as delay } from "node:timers/promises";
import type { JournalLine } from "../../api/journal.ts";
import { messageOf } from "../../errors.ts";
import type { SwarmModel } from "../../swarm/model.ts";
import { type ServerSentEvent, serverSentEvents } from "./server-sent-events.ts";

/** Who is told what the controller says. */
export interface Listener {
  /** The last line that it has, and of which run. */
  readonly position: () => { run: string | undefined; seq: number };
  reset(swarm: SwarmModel | undefined): void;
  take(line: JournalLine): void;
  setConnected(connected: boolean): void;
}

export interface UpstreamOptions {
  /** `http://host:port`. */
  readonly controller: string;
  readonly token: string;
  readonly listener: Listener;
  readonly signal: AbortSignal;
  /** Told why a connection ended, once a reason. */
  readonly log?: (line: string) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
/** The controller says something at least every 15 s. */
const SILENCE_MS = 40_000;

/**
 * Follows the journal, one connection for all tabs, until `signal` ends it. It asks for the journal from its first line,
 * because a snapshot does not tell who gave which piece, and goes on where it was after a break.
 */
export async function followController(options: UpstreamOptions): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let told = "";
  while (!options.signal.aborted) {
    try {
      for await (const event of eventsOf(options)) {
        wait = FIRST_WAIT_MS;
        if (hand(options.listener, event) === "start over") break;
      }
    } catch (error) {
      if (options.signal.aborted) return;
      const reason = reasonOf(error);
      if (reason !== told) options.log?.(`no controller: ${reason}`);
      told = reason;
    }
    options.listener.setConnected(false);
    await delay(wait, undefined, { signal: options.signal }).catch(() => undefined);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

async function* eventsOf({ controller, token, listener, signal }: UpstreamOptions): AsyncGenerator<ServerSentEvent> {
  const { run, seq } = listener.position();
  const url = new URL("/v1/events", controller);
  url.searchParams.set("after", String(run === undefined ? 0 : seq));
  if (run !== undefined) url.searchParams.set("run", run);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(new Error("it fell silent")), SILENCE_MS);
  try {
    const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
    const response = await fetch(url, { headers, signal: AbortSignal.any([signal, silence.signal]) });
    if (!response.ok || !response.body) throw new Error(`it answered ${response.status} to the web node's token`);
    listener.setConnected(true);
    yield* serverSentEvents(response.body, () => timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

/** Lines and models are the controller's, which checked them: checking each again would cost more than the fold. */
function hand(listener: Listener, { event, data }: ServerSentEvent): "start over" | undefined {
  if (event === "message") {
    listener.take(JSON.parse(data) as JournalLine);
    return undefined;
  }
  if (event !== "snapshot") return undefined;
  const swarm = JSON.parse(data) as SwarmModel;
  const { run } = listener.position();
  const otherRun = run !== undefined && run !== swarm.run?.run;
  listener.reset(otherRun ? undefined : swarm);
  return otherRun ? "start over" : undefined;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? ` (${messageOf(error.cause)})` : "";
  return `${messageOf(error)}${cause}`;
}
