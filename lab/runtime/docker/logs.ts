import type Docker from "dockerode";
import type { LogLine, LogQuery } from "../runtime.ts";
import { hasStatus } from "./client.ts";
import { followLogs, type LogSource, takeLine } from "./follow.ts";
import { labels, ofNode, ofNodes } from "./labels.ts";
import { logLines, type StampedLine } from "./log-frames.ts";
import { nodeContainer } from "./objects.ts";

/**
 * Lines that the nodes of a lab wrote, oldest first; when following, nodes that start later join in, and it ends with the
 * signal or with the last container.
 * @throws LabError usage when the lab has no such node.
 */
export async function* labLogs(client: Docker, lab: string, query: LogQuery): AsyncGenerator<LogLine> {
  if (query.node !== undefined) await nodeContainer(client, lab, query.node);
  const filters = query.node === undefined ? ofNodes(lab) : ofNode(lab, query.node);
  const since = Date.now() / 1000;
  const containers = await client.listContainers({ all: true, filters });
  const sources = containers.map(({ Id, Labels }) => ({
    id: Id,
    node: Labels[labels.node] ?? "",
    since: query.tail === 0 ? String(since) : "0",
  }));
  yield* history(client, sources, query.tail);
  if (!query.follow || sources.length === 0 || query.signal?.aborted) return;
  yield* followLogs(client, sources, { filters, since, signal: query.signal });
}

/** What is written so far, merged by time. */
async function* history(client: Docker, sources: readonly LogSource[], tail?: number): AsyncGenerator<LogLine> {
  if (tail === 0) return;
  const heads = await Promise.all(
    sources.map(async (source) => {
      const lines = logLines([await written(client, source, tail)]);
      return { source, lines, head: (await lines.next()).value as StampedLine | undefined };
    }),
  );
  let open = heads.filter(({ head }) => head);
  while (open.length > 0) {
    const first = open.reduce((a, b) => ((b.head?.stamp ?? "") < (a.head?.stamp ?? "") ? b : a));
    if (first.head) yield takeLine(first.source, first.head);
    first.head = (await first.lines.next()).value;
    if (!first.head) open = open.filter((one) => one !== first);
  }
}

/** Bounded by the size caps of the log driver; nothing of a container that was removed since it was listed. */
async function written(client: Docker, { id }: LogSource, tail: number | undefined): Promise<Buffer> {
  const options = { follow: false, stdout: true, stderr: true, timestamps: true } as const;
  try {
    return await client.getContainer(id).logs({ ...options, ...(tail === undefined ? {} : { tail }) });
  } catch (error) {
    if (hasStatus(error, 404, 409)) return Buffer.alloc(0);
    throw error;
  }
}
