import { createServer, type RequestListener } from "node:http";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { LabError } from "../errors.ts";
import { apiClient } from "./client.ts";
import { type ServerSentEvent, sseParser } from "./sse.ts";

const SEED = Date.now() % 1_000_000;
console.log(`client.test.ts: fast-check seed ${SEED}`);

test("server-sent events are the same however the stream is cut into pieces", () => {
  const text =
    ': alive\n\nid: 1\ndata: {"a":1}\n\nevent: snapshot\r\nid: 2\r\ndata: one\r\ndata:two\r\n\r\ndata: é 🚀\rid\r\r\nretry: 5\n\nid: 9\ndata: cut';
  const whole = sseParser()(text);
  expect(whole).toEqual([
    { event: "message", data: '{"a":1}', id: "1" },
    { event: "snapshot", data: "one\ntwo", id: "2" },
    { event: "message", data: "é 🚀", id: "" },
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const parse = sseParser();
      const places = [0, ...cuts.sort((a, b) => a - b), text.length];
      const events: ServerSentEvent[] = [];
      for (const [i, place] of places.entries()) events.push(...parse(text.slice(places[i - 1] ?? 0, place)));
      expect(events).toEqual(whole);
    }),
    { seed: SEED },
  );
});

test("a controller that does not answer is an error of the environment, with a hint", async () => {
  const api = apiClient({ url: "http://127.0.0.1:1", token: "x" });
  const wanted = { kind: "environment", hint: expect.stringContaining("lab up") };
  await expect(api.status()).rejects.toMatchObject(wanted);
  await expect(api.command({ type: "heal" })).rejects.toMatchObject(wanted);
  await expect(first(api.events({ patience: 0 }))).rejects.toMatchObject(wanted);
});

test("a controller that is frozen takes the connection and never answers: that is waited for so long and no longer", async () => {
  const url = await listen(() => {});
  const api = apiClient({ url, token: "x", patience: 100 });
  const wanted = {
    exitCode: 3,
    message: expect.stringContaining("does not answer within 1 s"),
    hint: "If it is paused: `lab unpause controller`; else `lab restart controller`.",
  };
  await expect(api.status()).rejects.toMatchObject(wanted);
  await expect(api.command({ type: "heal" })).rejects.toMatchObject(wanted);
  await expect(first(api.events({ patience: 0 }))).rejects.toMatchObject(wanted);
});

test("who asks a frozen controller may call it off at any time, with its own reason", async () => {
  const stop = new AbortController();
  const url = await listen(() => stop.abort(new Error("enough")));
  const api = apiClient({ url, token: "x" });
  await expect(api.command({ type: "heal" }, { signal: stop.signal })).rejects.toThrow("enough");
});

test("a command that takes long is waited for once its answer has begun", async () => {
  const patience = 200;
  const url = await listen((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write(" ");
    setTimeout(() => response.end('{"ok":true}'), 2 * patience);
  });
  expect(await apiClient({ url, token: "x", patience }).command({ type: "verify" })).toEqual({ ok: true });
});

test("a refused token is told at once, also by the events", async () => {
  const url = await serve(401, '{"error":"a token of this lab is needed"}');
  const api = apiClient({ url, token: "x" });
  await expect(api.status()).rejects.toThrow("refused: a token of this lab is needed");
  await expect(first(api.events())).rejects.toBeInstanceOf(LabError);
});

test("an answer that is none of ours is an error, not a crash", async () => {
  const html = apiClient({ url: await serve(200, "<html>"), token: "x" });
  await expect(html.status()).rejects.toBeInstanceOf(LabError);
  const future = apiClient({ url: await serve(200, '{"schemaVersion":2}'), token: "x" });
  await expect(future.status()).rejects.toThrow("another version");
});

test("a line that cannot be read leaves no gap: what came with it is asked for again", async () => {
  const asked: (string | undefined)[] = [];
  const answers = [
    'id: 1\ndata: {"seq":1,"run":"r"}\n\nid: 2\ndata: {"seq"\n\n',
    'id: 1\ndata: {"seq":1,"run":"r"}\n\n',
  ];
  const url = await listen((request, response) => {
    asked.push(request.url);
    response.end(answers.shift());
  });
  const events = await first(apiClient({ url, token: "x" }).events({ after: 0 }));
  expect(asked).toEqual(["/v1/events?after=0", "/v1/events?after=0"]);
  expect(events).toEqual([{ kind: "line", line: { seq: 1, run: "r" } }]);
});

test("an aborted watch ends without an error", async () => {
  const api = apiClient({ url: "http://127.0.0.1:1", token: "x" });
  const stop = new AbortController();
  const events = api.events({ signal: stop.signal, onConnection: () => stop.abort() });
  expect(await first(events)).toBeUndefined();
});

async function first<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

function serve(status: number, body: string): Promise<string> {
  return listen((_, response) => response.writeHead(status).end(body));
}

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}
