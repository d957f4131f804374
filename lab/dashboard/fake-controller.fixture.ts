import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { JournalLine } from "../api/journal.ts";
import { apply, emptyModel } from "../swarm/model.ts";
import { toStatus } from "../swarm/status.ts";
import { type FakeSwarm, fakeJournal } from "./fake-swarm.fixture.ts";

export interface FakeController extends AsyncDisposable {
  readonly url: string;
  /** Bodies of the commands that came. */
  readonly commands: unknown[];
}

/** A made-up swarm behind a real HTTP API, in real time. Every command becomes a marker. `head` seconds of it are past already. */
export async function startFakeController(swarm: FakeSwarm, head = 0): Promise<FakeController> {
  const model = emptyModel();
  const past: JournalLine[] = [];
  const viewers = new Set<ServerResponse>();
  const commands: unknown[] = [];
  const stop = new AbortController();
  const begun = performance.now() - head * 1000;
  const journal = fakeJournal(swarm);
  let next = journal.next().value as JournalLine;

  function advance(): void {
    const now = (performance.now() - begun) / 1000;
    let text = "";
    for (; next.t <= now; next = journal.next().value as JournalLine) text += take(next);
    if (text !== "") for (const viewer of viewers) viewer.write(text);
  }

  function take(unnumbered: JournalLine): string {
    const line = { ...unnumbered, seq: model.seq + 1 };
    apply(model, line);
    past.push(line);
    return frame(line);
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://lab");
    if (url.pathname === "/v1/status") {
      response.end(JSON.stringify(toStatus(model, { now: model.t, controllerUrl: null, connections: false })));
    } else if (url.pathname === "/v1/events") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const after = url.searchParams.get("after");
      if (after === null) response.write(`event: snapshot\nid: ${model.seq}\ndata: ${JSON.stringify(model)}\n\n`);
      else
        response.write(
          past
            .filter(({ seq }) => seq > Number(after))
            .map(frame)
            .join("") || ": alive\n\n",
        );
      viewers.add(response);
      response.on("close", () => viewers.delete(response));
    } else {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const command = JSON.parse(Buffer.concat(chunks).toString());
      commands.push(command);
      const t = (performance.now() - begun) / 1000;
      const line = take({
        v: 1,
        run: "run-1",
        seq: 0,
        t,
        node: "controller",
        type: "mark",
        text: String(command.text),
      });
      for (const viewer of viewers) viewer.write(line);
      response.end(JSON.stringify({ ok: true }));
    }
  }

  advance();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  void (async () => {
    while (!stop.signal.aborted) {
      await delay(25);
      advance();
    }
  })();
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    async [Symbol.asyncDispose]() {
      stop.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function frame(line: JournalLine): string {
  return `id: ${line.seq}\ndata: ${JSON.stringify(line)}\n\n`;
}
