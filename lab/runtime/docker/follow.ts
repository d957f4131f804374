import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import type Docker from "dockerode";
import type { LogLine } from "../runtime.ts";
import { EngineError } from "./engine-error.ts";
import { labels } from "./labels.ts";
import { justAfter, logLines, type StampedLine } from "./log-frames.ts";

/** A container whose lines are read, and the engine's time from which on they are new. */
export interface LogSource {
  readonly id: string;
  readonly node: string;
  since: string;
}

/** The line for the reader; the source goes on after it. */
export function takeLine(source: LogSource, { stamp, text }: StampedLine): LogLine {
  source.since = justAfter(stamp);
  return { node: source.node, text };
}

export interface FollowOptions {
  /** Engine filter of the containers. */
  readonly filters: { readonly label: string[] };
  /** Seconds since the epoch at which `sources` were looked up: whatever started since joins in. */
  readonly since: number;
  readonly signal: AbortSignal | undefined;
}

/** New lines as they come; a container that starts again goes on. Ends with the signal or the last container. */
export async function* followLogs(
  client: Docker,
  sources: readonly LogSource[],
  { filters, since, signal }: FollowOptions,
): AsyncGenerator<LogLine> {
  const tap: Tap = { client, lines: new PassThrough({ objectMode: true }), streams: new Set(), readings: new Map() };
  const end = () => tap.lines.end();
  signal?.addEventListener("abort", end, { once: true });
  try {
    const events = (await client.getEvents({
      filters: { label: [...filters.label], type: ["container"], event: ["start", "destroy"] },
      since,
    })) as Readable;
    tap.streams.add(events);
    for (const source of sources) read(tap, source);
    void watch(tap, events);
    yield* tap.lines as AsyncIterable<LogLine>;
  } finally {
    signal?.removeEventListener("abort", end);
    for (const stream of tap.streams) stream.destroy();
  }
}

/** All readers write to one stream, which also holds them back when nobody takes the lines. */
interface Tap {
  readonly client: Docker;
  readonly lines: PassThrough;
  readonly streams: Set<Readable>;
  /** By container. A container's stream ends when it stops, and its next start is read after that. */
  readonly readings: Map<string, { readonly source: LogSource; done: Promise<void> }>;
}

async function watch(tap: Tap, events: Readable): Promise<void> {
  try {
    for await (const { Action, Actor } of containerEvents(events)) {
      if (Action === "destroy") forget(tap, Actor.ID);
      else read(tap, { id: Actor.ID, node: Actor.Attributes[labels.node] ?? "", since: "0" });
    }
    tap.lines.end();
  } catch (error) {
    // Destroyed by us, or the engine has gone.
    if (!tap.lines.writableEnded) tap.lines.destroy(new EngineError(error));
  }
}

function forget(tap: Tap, id: string): void {
  const reading = tap.readings.get(id);
  tap.readings.delete(id);
  if (tap.readings.size === 0) void Promise.resolve(reading?.done).then(() => tap.lines.end());
}

function read(tap: Tap, source: LogSource): void {
  const reading = tap.readings.get(source.id) ?? { source, done: Promise.resolve() };
  tap.readings.set(source.id, reading);
  // A container that was removed meanwhile has nothing more to say.
  reading.done = reading.done.then(() => readOnce(tap, reading.source)).catch(() => {});
}

async function readOnce({ client, lines, streams }: Tap, source: LogSource): Promise<void> {
  if (lines.writableEnded) return;
  const options = { follow: true, stdout: true, stderr: true, timestamps: true } as const;
  const stream = await client.getContainer(source.id).logs({ ...options, since: source.since as unknown as number });
  streams.add(stream as Readable);
  for await (const line of logLines(stream as Readable)) {
    if (lines.writableEnded) return;
    if (!lines.write(takeLine(source, line))) await once(lines, "drain");
  }
  streams.delete(stream as Readable);
}

interface ContainerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** One JSON object a line. */
async function* containerEvents(stream: Readable): AsyncGenerator<ContainerEvent> {
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim()) yield JSON.parse(part) as ContainerEvent;
  }
}
