import { LabError, messageOf } from "../errors.ts";
import type { SwarmModel } from "../swarm/model.ts";
import type { Request } from "./client.ts";
import type { JournalLine } from "./journal.ts";
import { type ServerSentEvent, sseParser } from "./sse.ts";

/** What a viewer of the journal gets. A snapshot replaces all that was known; lines follow it without a gap. */
export type LabEvent =
  | { readonly kind: "snapshot"; readonly model: SwarmModel }
  | { readonly kind: "line"; readonly line: JournalLine };

export interface EventsOptions {
  /** The last line that is known already; without it a snapshot comes first. */
  readonly after?: number;
  /** The run that `after` belongs to. */
  readonly run?: string;
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** Seconds without a connection after which it gives up with an error; default 10. */
  readonly patience?: number;
  /** Told when the connection is lost (with the reason) and when it is there again (`null`). */
  readonly onConnection?: (problem: string | null) => void;
}

const PATIENCE_SECONDS = 10;
const BACK_OFF_MS = { first: 100, most: 2000 };
/** The controller says something every 15 s; after so long without a word the connection is dead. */
const SILENCE_MS = 40_000;

interface Position {
  after: number | undefined;
  run: string | undefined;
}

/** Follows the journal, many events at a time; after a lost connection it goes on after the last line that was seen. */
export async function* watchEvents(
  request: Request,
  { after, run, signal, patience = PATIENCE_SECONDS, onConnection }: EventsOptions,
): AsyncGenerator<readonly LabEvent[]> {
  const position: Position = { after, run };
  let lostAt: number | undefined = performance.now();
  let failures = 0;
  while (!signal?.aborted) {
    let problem = "the controller ended the connection";
    try {
      for await (const events of connection(request, position, signal)) {
        if (lostAt !== undefined && failures > 0) onConnection?.(null);
        lostAt = undefined;
        failures = 0;
        const known = events.flatMap((event) => read(event) ?? []);
        if (known.length === 0) continue;
        for (const event of known) moveTo(position, event);
        yield known;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (error instanceof LabError && error.kind === "failed") throw error;
      problem = messageOf(error);
      lostAt ??= performance.now();
      if (performance.now() - lostAt > patience * 1000) throw error;
    }
    lostAt ??= performance.now();
    if (failures === 0) onConnection?.(problem);
    await pause(Math.min(BACK_OFF_MS.most, BACK_OFF_MS.first * 2 ** failures), signal);
    failures += 1;
  }
}

/** The events of one connection as they come in, many at a time; none at first, as a sign that it stands. */
async function* connection(
  request: Request,
  position: Position,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly ServerSentEvent[]> {
  const silence = new AbortController();
  const all = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  const patience = () => setTimeout(() => silence.abort(new Error("the controller fell silent")), SILENCE_MS);
  let timer = patience();
  try {
    const response = await request(pathOf(position), { headers: { accept: "text/event-stream" }, signal: all });
    yield [];
    const parse = sseParser();
    const decoder = new TextDecoder();
    for await (const bytes of chunks(response)) {
      clearTimeout(timer);
      timer = patience();
      yield parse(decoder.decode(bytes, { stream: true }));
    }
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

function pathOf({ after, run }: Position): string {
  const query = new URLSearchParams();
  if (after !== undefined) query.set("after", String(after));
  if (run !== undefined) query.set("run", run);
  return query.size === 0 ? "/v1/events" : `/v1/events?${query}`;
}

/** Browsers have streams without async iteration; a reader works everywhere. */
async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Events of a kind that this version does not know are passed over. */
function read({ event, data, id }: ServerSentEvent): LabEvent | undefined {
  if (event === "snapshot") return { kind: "snapshot", model: JSON.parse(data) as SwarmModel };
  if (event !== "message" || id === undefined) return undefined;
  return { kind: "line", line: JSON.parse(data) as JournalLine };
}

/** Only with what is handed on: of a batch that cannot be read the whole is asked for again. */
function moveTo(position: Position, event: LabEvent): void {
  const { seq, run } = event.kind === "line" ? event.line : { seq: event.model.seq, run: event.model.run?.run };
  position.after = seq;
  position.run = run ?? position.run;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    }
  });
}
