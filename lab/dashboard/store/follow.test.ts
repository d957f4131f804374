import { expect, test } from "vitest";
import type { ApiClient, EventsOptions, LabEvent } from "../../api/client.ts";
import { apply, emptyModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";
import { toStatus } from "../../swarm/status.ts";
import { newFeed } from "../data/feed.ts";
import { fakeLines, smallSwarm } from "../fake-swarm.fixture.ts";
import { follow } from "./follow.ts";

const lines = fakeLines(smallSwarm, 5);
const model = emptyModel();
for (const line of lines) apply(model, line);

/** A client of a controller whose journal is that long; it notes how it was asked. */
function clientWith(seq: number): { client: ApiClient; asked: EventsOptions[] } {
  const asked: EventsOptions[] = [];
  const client: ApiClient = {
    status: async () => ({ ...toStatus(model, { now: 5, controllerUrl: null, connections: false }), seq }),
    async *events(options = {}): AsyncGenerator<LabEvent[]> {
      asked.push(options);
      if (options.after === undefined) yield [{ kind: "snapshot", model: structuredClone(model) }];
      else yield lines.map((line) => ({ kind: "line", line }));
    },
    command: async () => ({ ok: true }),
  };
  return { client, asked };
}

async function followed(seq: number) {
  const { client, asked } = clientWith(seq);
  const feed = newFeed();
  const { signal } = new AbortController();
  await follow(client, { feed, tell: sentence, signal, onNews() {}, onConnection() {} });
  return { feed, asked: asked[0] };
}

test("reads a journal of moderate length from its start, so that the past is seen", async () => {
  const { feed, asked } = await followed(lines.length);
  expect(asked).toMatchObject({ after: 0, run: "run-1" });
  expect(feed.stories.length).toBeGreaterThan(0);
  expect(feed.model).toEqual(model);
});

test("begins a long one at the present", async () => {
  const { feed, asked } = await followed(1_000_000);
  expect(asked?.after).toBeUndefined();
  expect(feed.stories).toEqual([]);
  expect(feed.model.seq).toBe(model.seq);
});
