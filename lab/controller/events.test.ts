import { once } from "node:events";
import { appendFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { apiClient, type LabEvent } from "../api/client.ts";
import { apply, emptyModel, type SwarmModel } from "../swarm/model.ts";
import { HASH, peer, readJournal, startLab, type TestLab, testPlan, tokenOf } from "./controller.fixture.ts";
import { openEvents } from "./events.ts";
import type { Journal } from "./journal.ts";
import { recentLines } from "./recent.ts";

test("a viewer gets a snapshot and then every line: together they are the controller's own picture", async () => {
  const lab = await startLab(testPlan([peer("leecher-1")]));
  const node = await lab.join("leecher-1");
  const watching = collect(lab.api.events(), (event) => event.kind === "line" && event.line.type === "mark");
  await flood(lab, node, 300);
  await lab.api.command({ type: "mark", text: "end" });
  const [first, ...rest] = await watching;
  if (first?.kind !== "snapshot") throw new Error("no snapshot came first");
  const model = structuredClone(first.model);
  for (const event of rest) if (event.kind === "line") apply(model, event.line);
  expect(model).toEqual(await snapshotAt(lab, model.seq));
});

test("a stream that is cut again and again has no gap and no line twice", async () => {
  const lab = await startLab(testPlan([peer("leecher-1")]));
  const node = await lab.join("leecher-1");
  const proxy = await cuttingProxy(lab.controller.url);
  const api = apiClient({ url: `http://127.0.0.1:${proxy.port}`, token: tokenOf("viewer") });
  const problems: (string | null)[] = [];
  const watching = collect(
    api.events({ after: 0, onConnection: (problem) => problems.push(problem) }),
    (event) => event.kind === "line" && event.line.type === "mark",
  );
  for (let round = 0; round < 5; round += 1) {
    await flood(lab, node, 200);
    proxy.cut();
  }
  await lab.api.command({ type: "mark", text: "end" });
  const seqs = (await watching).map((event) => (event.kind === "line" ? event.line.seq : -1));
  expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  expect(problems).toContain(null);
});

test("lines that are no longer in memory come from the file", async () => {
  const lab = await startLab(testPlan([]));
  await lab.controller.close();
  const { length } = await readJournal(lab.folder);
  const old = Array.from({ length: 50_000 }, (_, i) => {
    return JSON.stringify({
      v: 1,
      run: "run-1",
      seq: length + i + 1,
      t: 1,
      node: "controller",
      type: "mark",
      text: "old",
    });
  });
  await appendFile(join(lab.folder, "journal.jsonl"), `${old.join("\n")}\n`);
  const again = await lab.restart();
  await again.api.command({ type: "mark", text: "end" });
  const last = (event: LabEvent) => event.kind === "line" && event.line.type === "mark" && event.line.text === "end";
  const seqs = (await collect(again.api.events({ after: 3 }), last)).map((event) => {
    return event.kind === "line" ? event.line.seq : -1;
  });
  expect(seqs.length).toBeGreaterThan(50_000);
  expect(seqs).toEqual(seqs.map((_, i) => i + 4));
});

test("a position of another run, or ahead of the journal, is answered by a snapshot", async () => {
  const lab = await startLab(testPlan([]));
  for (const options of [{ after: 1, run: "run-0" }, { after: 1_000_000 }]) {
    const [first] = await collect(lab.api.events(options), () => true);
    expect(first?.kind).toBe("snapshot");
  }
});

/** Of a journal whose lines are on disk at once. */
const file = { flush: async () => {} };

test("viewers are told a line once it is on disk", async () => {
  const written = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const slow = {
    flush() {
      asked.resolve();
      return written.promise;
    },
  };
  const journal = { model: emptyModel(), recent: recentLines(), file: slow } as unknown as Journal;
  const events = openEvents(() => journal);
  const url = await listen((_, response) => void events.watch(response, undefined));
  const read = reader(await fetch(url));
  await read.until("event: snapshot");
  events.tell({ seq: 1, json: "one" });
  let isWritten = false;
  const told = read.until("data: one").then(() => isWritten);
  await asked.promise;
  isWritten = true;
  written.resolve();
  expect(await told).toBe(true);
  events.close();
});

test("a viewer that comes between a line and its batch gets the line once", async () => {
  const recent = recentLines();
  const events = openEvents(() => ({ model: { seq: 1 }, recent, file }) as unknown as Journal);
  const url = await listen((_, response) => void events.watch(response, 0));
  const first = await fetch(url);
  recent.push({ seq: 1, json: "one" });
  events.tell({ seq: 1, json: "one" });
  const second = await fetch(url);
  events.close();
  expect(await first.text()).toContain("id: 1\ndata: one\n\n");
  expect(await second.text()).toBe("id: 1\ndata: one\n\n");
});

test("a viewer that does not read is cut off; others go on", async () => {
  const journal = { model: emptyModel(), recent: recentLines(), file } as unknown as Journal;
  const events = openEvents(() => journal, { unreadLimit: 1 << 20 });
  const cut = Promise.withResolvers<"cut">();
  const joined = Promise.withResolvers<void>();
  const url = await listen((request, response) => {
    void events.watch(response, undefined);
    if (request.url !== "/lazy") return;
    joined.resolve();
    response.on("close", () => cut.resolve("cut"));
  });
  const lazy = connect(Number(url.port), url.hostname);
  onTestFinished(() => void lazy.destroy());
  lazy.pause().write("GET /lazy HTTP/1.1\r\nhost: x\r\n\r\n");
  await joined.promise;
  const read = reader(await fetch(url));
  let outcome: "cut" | "read" = "read";
  for (let seq = 1; outcome !== "cut"; seq += 1) {
    events.tell({ seq, json: "x".repeat(100_000) });
    outcome = await Promise.race([cut.promise, read.until(`id: ${seq}\n`)]);
  }
  events.tell({ seq: 9999, json: "the end" });
  expect(await read.until("the end")).toBe("read");
  events.close();
});

async function collect(
  batches: AsyncIterable<readonly LabEvent[]>,
  last: (event: LabEvent) => boolean,
): Promise<LabEvent[]> {
  const all: LabEvent[] = [];
  for await (const events of batches)
    for (const event of events) {
      all.push(event);
      if (last(event)) return all;
    }
  return all;
}

async function flood(lab: TestLab, node: Awaited<ReturnType<TestLab["join"]>>, count: number): Promise<void> {
  const { seq } = await lab.api.status();
  for (let sent = 0; sent < count; sent += 1000) {
    const some = Math.min(1000, count - sent);
    node.facts(...Array.from({ length: some }, () => ({ type: "choke", torrent: HASH, peer: node.peerId }) as const));
  }
  while ((await lab.api.status()).seq < seq + count);
}

/** The model after `seq`, from the whole journal. */
async function snapshotAt(lab: TestLab, seq: number): Promise<SwarmModel> {
  const model = emptyModel();
  for (const line of await lab.journal()) if (line.seq <= seq) apply(model, line);
  return model;
}

/** Passes bytes on until it is told to cut all connections; new ones work again. */
async function cuttingProxy(url: string): Promise<{ port: number; cut(): void }> {
  const target = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {}).on("close", () => open.delete(socket));
    }
    near.once("data", (head) => {
      far.write(head.toString().replace(/host: .*/i, `host: ${target.host}`));
      near.pipe(far);
    });
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  const address = server.address();
  return { port: typeof address === "object" && address ? address.port : 0, cut };
}

async function listen(answer: RequestListener): Promise<URL> {
  const server = createHttpServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
}

/** Reads a body as it comes, up to some text. */
function reader(response: Response): { until(text: string): Promise<"read"> } {
  const body = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  let turn: Promise<unknown> = Promise.resolve();
  return {
    until(text) {
      const found = turn.then(async () => {
        while (!seen.includes(text)) seen = seen.slice(-200) + ((await body?.read())?.value ?? "");
        return "read" as const;
      });
      turn = found;
      return found;
    },
  };
}
