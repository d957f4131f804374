import { once } from "node:events";
import { PassThrough, type Readable } from "node:stream";
import type Docker from "dockerode";
import type { LogLine, LogQuery } from "../runtime.ts";
import { labels, ofLab, ofNode } from "./labels.ts";
import { justAfter, logLines, type StampedLine } from "./log-frames.ts";
import { nodeContainer } from "./objects.ts";

/** A container whose lines are read, and the stamp of the last one. */
interface Source {
  readonly id: string;
  readonly node: string;
  since: string;
}

/**
 * Lines that the nodes of a lab wrote, oldest first; when following, nodes that start later join in, and it ends with the
 * signal or with the last container.
 * @throws LabError usage when the lab has no such node.
 */
export async function* labLogs(client: Docker, lab: string, query: LogQuery): AsyncGenerator<LogLine> {
  if (query.node !== undefined) await nodeContainer(client, lab, query.node);
  const filters = query.node === undefined ? ofLab(lab) : ofNode(lab, query.node);
  const began = query.tail === 0 ? String(Date.now() / 1000) : "0";
  const containers = await client.listContainers({ all: true, filters });
  const sources = containers.map(({ Id, Labels }) => ({ id: Id, node: Labels[labels.node] ?? "", since: began }));
  yield* history(client, sources, query.tail);
  if (query.follow && sources.length > 0 && !query.signal?.aborted) {
    yield* follow(client, sources, filters, query.signal);
  }
}

/** What is written so far, merged by time. Moves each source's `since` past what it gave. */
async function* history(client: Docker, sources: readonly Source[], tail: number | undefined): AsyncGenerator<LogLine> {
  if (tail === 0) return;
  const heads = await Promise.all(
    sources.map(async (source) => {
      const options = { stdout: true, stderr: true, timestamps: true, ...(tail === undefined ? {} : { tail }) };
      const lines = logLines([await client.getContainer(source.id).logs({ ...options, follow: false })]);
      return { source, lines, head: (await lines.next()).value as StampedLine | undefined };
    }),
  );
  let open = heads.filter(({ head }) => head);
  while (open.length > 0) {
    const first = open.reduce((a, b) => ((b.head?.stamp ?? "") < (a.head?.stamp ?? "") ? b : a));
    if (first.head) yield taken(first.source, first.head);
    first.head = (await first.lines.next()).value;
    if (!first.head) open = open.filter((one) => one !== first);
  }
}

function taken(source: Source, { stamp, text }: StampedLine): LogLine {
  source.since = justAfter(stamp);
  return { node: source.node, text };
}

/** Lines as they come. A container's stream ends when it stops; its next start opens another. */
async function* follow(
  client: Docker,
  sources: readonly Source[],
  filters: { label: string[] },
  signal: AbortSignal | undefined,
): AsyncGenerator<LogLine> {
  const lines = new PassThrough({ objectMode: true });
  const streams = new Set<Readable>();
  const known = new Map(sources.map((source) => [source.id, { source, reading: Promise.resolve() }]));
  const end = () => lines.end();
  signal?.addEventListener("abort", end, { once: true });
  try {
    const events = (await client.getEvents({
      filters: { ...filters, type: ["container"], event: ["start", "destroy"] },
    })) as Readable;
    streams.add(events);
    void watch(events);
    for (const id of known.keys()) read(id);
    yield* lines as AsyncIterable<LogLine>;
  } finally {
    signal?.removeEventListener("abort", end);
    for (const stream of streams) stream.destroy();
  }

  async function watch(events: Readable): Promise<void> {
    try {
      for await (const { Action, Actor } of jsonLines(events)) {
        if (Action === "destroy") forget(Actor.ID);
        else read(Actor.ID, Actor.Attributes[labels.node]);
      }
      end();
    } catch (error) {
      // Destroyed by us, or the engine has gone.
      if (!lines.writableEnded) lines.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function forget(id: string): void {
    const { reading } = known.get(id) ?? {};
    known.delete(id);
    if (known.size === 0) void (reading ?? Promise.resolve()).then(end);
  }

  function read(id: string, node = ""): void {
    const one = known.get(id) ?? { source: { id, node, since: "0" }, reading: Promise.resolve() };
    known.set(id, one);
    one.reading = one.reading.then(() => readOnce(one.source)).catch(() => {});
  }

  async function readOnce(source: Source): Promise<void> {
    if (lines.writableEnded) return;
    const options = { stdout: true, stderr: true, timestamps: true, since: source.since as unknown as number };
    const stream = (await client.getContainer(source.id).logs({ ...options, follow: true })) as unknown as Readable;
    streams.add(stream);
    for await (const line of logLines(stream)) {
      if (lines.writableEnded) return;
      if (!lines.write(taken(source, line))) await once(lines, "drain");
    }
    streams.delete(stream);
  }
}

interface ContainerEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

async function* jsonLines(stream: Readable): AsyncGenerator<ContainerEvent> {
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim()) yield JSON.parse(part) as ContainerEvent;
  }
}
