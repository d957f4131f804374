import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ApiClient } from "../../api/client.ts";
import { messageOf } from "../../errors.ts";
import { relayCommand } from "./commands.ts";
import { refusalOf } from "./guard.ts";
import { safeHeaders } from "./headers.ts";
import type { Hub } from "./hub.ts";
import { toMetrics } from "./metrics.ts";
import type { PageFile } from "./page-files.ts";
import { acceptsGzip, failure, file, html, json, type Reply, redirect, send, text, unauthorized } from "./reply.ts";
import { openSessions, type Sessions } from "./session.ts";
import { comeAgainPage, signInPage } from "./small-pages.ts";
import type { Grant, Secrets } from "./tokens.ts";

export interface WebServerOptions {
  readonly hub: Hub;
  readonly page: ReadonlyMap<string, PageFile>;
  readonly secrets: Secrets;
  /** Name of the lab. */
  readonly lab: string;
  /** With the admin's token. */
  readonly controller: ApiClient;
}

interface Visit {
  readonly options: WebServerOptions;
  readonly sessions: Sessions;
  readonly request: IncomingMessage;
  readonly url: URL;
}

const CONNECTIONS = 500;

/** The HTTP server of the web UI: guard, then who it is, then what is asked. Only `POST /v1/commands` changes anything. */
export function webServer(options: WebServerOptions): Server {
  const sessions = openSessions(options.secrets, options.lab);
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000 });
  server.maxConnections = CONNECTIONS;
  server.on("request", (request, response) => {
    for (const [name, value] of Object.entries(safeHeaders)) response.setHeader(name, value);
    answer(options, sessions, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      console.error(error);
      if (response.headersSent) response.destroy();
      else send(response, failure(500, messageOf(error)));
    });
  });
  server.on("upgrade", (_, socket) => socket.destroy());
  return server;
}

async function answer(
  options: WebServerOptions,
  sessions: Sessions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = refusalOf(request);
  if (refusal) return send(response, failure(refusal.status, refusal.error));
  const url = URL.parse(request.url ?? "/", "http://web");
  if (!url) return send(response, failure(400, "that is no address"));
  const visit = { options, sessions, request, url };
  if (request.method === "POST") return send(response, await replyToPost(visit));
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD, POST");
    return send(response, failure(405, "only GET and POST work here"));
  }
  const held = sessions.ofCookie(request);
  const grant = held && url.searchParams.has("look") ? "viewer" : held;
  if (grant && url.pathname === "/v1/stream") return openStream(options.hub, grant, url, request, response);
  send(response, replyToGet(visit, grant));
}

async function replyToPost({ options, sessions, request, url }: Visit): Promise<Reply> {
  if (url.pathname !== "/v1/commands") return failure(404, "there is nothing here");
  const grant = sessions.ofCookie(request);
  if (!grant) return failure(401, "open the link of `lab open` first");
  if (grant !== "admin") return failure(403, "this link can only look");
  if (request.headers.origin === undefined) return failure(403, "commands come from the page itself");
  return await relayCommand(request, options.controller);
}

function replyToGet(visit: Visit, grant: Grant | undefined): Reply {
  const { options, sessions, request, url } = visit;
  if (url.pathname === "/") return replyWithPage(visit, grant);
  if (url.pathname === "/healthz") return json(200, { ok: true });
  if (url.pathname === "/metrics" && (grant ?? sessions.ofBearer(request))) {
    const { hub, lab } = options;
    return text("text/plain; version=0.0.4; charset=utf-8", toMetrics(hub.picture.swarm, { lab, tabs: hub.tabs }));
  }
  const found = options.page.get(url.pathname);
  if (found) return file(found, request);
  return grant ? failure(404, "there is nothing here") : unauthorized();
}

/**
 * The token leaves the address bar at once; what else is asked for (`projector`) stays. `look` comes in place of the
 * read-only token: a browser may hold both cookies, and a tab that was opened to look only looks.
 */
function replyWithPage({ options, sessions, request, url }: Visit, grant: Grant | undefined): Reply {
  const link = sessions.ofLink(url);
  if (link === "bad") return html(401, signInPage("This link is of another lab, or of an earlier one."));
  if (link) {
    url.searchParams.delete("token");
    url.searchParams.delete("view");
    if (link.grant === "viewer") url.searchParams.set("look", "1");
    else url.searchParams.delete("look");
    return redirect(`/${url.search}`, link.cookie);
  }
  const index = options.page.get("/index.html");
  if (grant && index) return file(index, request);
  // A strict cookie is not sent when a link on another site was followed; a page of our own asks again.
  if (request.headers["sec-fetch-site"] === "cross-site") return html(401, comeAgainPage(url.search));
  return html(401, signInPage());
}

function openStream(hub: Hub, grant: Grant, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const gzip = acceptsGzip(request);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    ...(gzip ? { "content-encoding": "gzip" } : {}),
  });
  if (request.method === "HEAD") return void response.end();
  request.socket.setNoDelay(true);
  const lastId = String(request.headers["last-event-id"] ?? url.searchParams.get("after") ?? "");
  hub.open(response, { gzip, lastId, grant });
}
