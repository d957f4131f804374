import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CommandResult } from "../../api/commands.ts";
import type { JournalLine } from "../../api/journal.ts";

/** A controller that says what a test tells it to: the journal's stream, and a record of the commands it was sent. */
export interface FakeController {
  readonly url: string;
  readonly commands: unknown[];
  /** Answers commands with this from now on. */
  answer(result: CommandResult): void;
  say(lines: readonly JournalLine[]): void;
  /** Ends all streams; whoever follows comes back. */
  cut(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export const fakeSecrets = { admin: "admin-secret-of-a-test", viewer: "viewer-secret-of-a-test" };

export async function fakeController(): Promise<FakeController> {
  const journal: JournalLine[] = [];
  const streams = new Set<ServerResponse>();
  const commands: unknown[] = [];
  let result: CommandResult = { ok: true };

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://controller");
    const admin = request.headers.authorization === `Bearer ${fakeSecrets.admin}`;
    const viewer = request.headers.authorization === `Bearer ${fakeSecrets.viewer}`;
    if (url.pathname === "/v1/events" && viewer) return follow(url, response);
    if (url.pathname !== "/v1/commands" || !admin) return void response.writeHead(401).end("{}");
    let body = "";
    for await (const piece of request) body += piece;
    commands.push(JSON.parse(body));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result));
  });

  function follow(url: URL, response: ServerResponse): void {
    const after = Number(url.searchParams.get("after") ?? 0);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": alive\n\n");
    response.write(
      journal
        .filter((line) => line.seq > after)
        .map(toEvent)
        .join(""),
    );
    streams.add(response);
    response.on("close", () => streams.delete(response));
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    commands,
    answer(given) {
      result = given;
    },
    say(lines) {
      for (const line of lines) journal.push(line);
      const text = lines.map(toEvent).join("");
      for (const stream of streams) stream.write(text);
    },
    cut() {
      for (const stream of streams) stream.destroy();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function toEvent(line: JournalLine): string {
  return `id: ${line.seq}\ndata: ${JSON.stringify(line)}\n\n`;
}
