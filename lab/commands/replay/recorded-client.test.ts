import { expect, test } from "vitest";
import type { LabEvent } from "../../api/client.ts";
import type { JournalLine } from "../../api/journal.ts";
import { fakeLines, smallSwarm } from "../../dashboard/fake-swarm.fixture.ts";
import { createPlayhead } from "./playhead.ts";
import { recordedClient } from "./recorded-client.ts";

const lines = fakeLines(smallSwarm, 5);
const release = lines.findIndex(({ type }) => type === "release") + 1;

async function* inBatches(size: number): AsyncGenerator<JournalLine[]> {
  for (let i = 0; i < lines.length; i += size) yield lines.slice(i, i + size);
}

function seqsOf(events: readonly LabEvent[]): number[] {
  return events.flatMap((event) => (event.kind === "line" ? event.line.seq : []));
}

test("every line comes once and in order, however the file was read", async () => {
  const client = recordedClient({ lines: inBatches(7), playhead: createPlayhead(10_000), holdsLast: false });
  const seqs: number[] = [];
  for await (const events of client.events()) seqs.push(...seqsOf(events));
  expect(seqs).toEqual(lines.map(({ seq }) => seq));
});

test("what went before the release comes at once, and then no line before its time", async () => {
  let ms = 0;
  const playhead = createPlayhead(1, () => ms);
  const client = recordedClient({ lines: inBatches(1000), playhead, holdsLast: false });
  const events = client.events()[Symbol.asyncIterator]();
  const next = async () => seqsOf((await events.next()).value ?? []);
  expect((await next()).length).toBe(release);
  const start = lines[release - 1]?.t ?? 0;
  for (const seconds of [0.5, 1.5, 3]) {
    ms = seconds * 1000;
    const last = lines.findLast(({ t }) => t <= start + seconds)?.seq;
    expect((await next()).at(-1)).toBe(last);
  }
});

test("while it is paused viewers hear that nothing came, and nothing comes", async () => {
  const playhead = createPlayhead(10_000);
  const client = recordedClient({ lines: inBatches(1000), playhead, holdsLast: false });
  const events = client.events()[Symbol.asyncIterator]();
  await events.next();
  playhead.toggle();
  const before = seqsOf((await events.next()).value ?? []);
  expect(seqsOf((await events.next()).value ?? [])).toEqual([]);
  playhead.toggle();
  const after = seqsOf((await events.next()).value ?? []);
  expect(after[0]).toBe(release + before.length + 1);
});

test("the last picture stays until the viewer leaves", async () => {
  const viewer = new AbortController();
  const client = recordedClient({ lines: inBatches(1000), playhead: createPlayhead(10_000), holdsLast: true });
  let held = 0;
  for await (const events of client.events({ signal: viewer.signal })) {
    if (events.length === 0) held += 1;
    if (held === 3) viewer.abort();
  }
  expect(held).toBe(3);
});

test("a replay takes no commands, and says why", async () => {
  const client = recordedClient({ lines: inBatches(1000), playhead: createPlayhead(1), holdsLast: false });
  expect(await client.command({ type: "mark", text: "now" })).toMatchObject({ ok: false, error: /replay/ });
});
