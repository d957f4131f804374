import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { messageOf } from "../errors.ts";
import type { Guard, Refusal } from "./guard.ts";
import { sendError } from "./http.ts";
import type { NodeDoor } from "./node-door.ts";
import { findRoute, type RouteOptions } from "./routes.ts";
import type { Tokens } from "./tokens.ts";

export interface ServerOptions {
  readonly routes: RouteOptions;
  readonly tokens: Tokens;
  /** Known once the server listens. */
  readonly guard: () => Guard;
  readonly door: NodeDoor;
}

const CONNECTIONS = 1000;
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 10_000,
  // A busy caller that still counts on an idle connection shall not find it closed under its request.
  keepAliveTimeoutBuffer: 20_000,
};

/** The HTTP server: guard, token, route, in this order. */
export function apiServer(options: ServerOptions): Server {
  const server = createServer(LIMITS);
  server.maxConnections = CONNECTIONS;
  server.on("request", (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      console.error(error);
      if (response.headersSent) response.destroy();
      else sendError(response, 500, messageOf(error));
    });
  });
  server.on("upgrade", (request, socket, head) => {
    const refusal = options.guard().check(request) ?? onlyNodes(request);
    if (refusal) refuseUpgrade(socket, refusal);
    else options.door.open(request, socket, head);
  });
  return server;
}

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refusal = options.guard().check(request);
  if (refusal) return sendError(response, refusal.status, refusal.error);
  const url = parseUrl(request.url);
  const route = url && findRoute(options.routes, url.pathname);
  if (!route) return sendError(response, 404, "there is nothing here");
  if (request.method !== route.method) {
    response.setHeader("allow", route.method);
    return sendError(response, 405, `only ${route.method} works here`);
  }
  const denial = await deny(options.tokens, route.allowed, request);
  if (denial) return sendError(response, denial.status, denial.error);
  await route.answer(request, response, url);
}

async function deny(
  tokens: Tokens,
  allowed: readonly string[] | undefined,
  { headers }: IncomingMessage,
): Promise<Refusal | undefined> {
  if (allowed === undefined) return undefined;
  const token = /^Bearer ([\x21-\x7e]{1,200})$/.exec(headers.authorization ?? "")?.[1];
  const grant = token === undefined ? undefined : await tokens.grantOf(token);
  if (!grant) return { status: 401, error: "a token of this lab is needed (Authorization: Bearer …)" };
  return allowed.includes(grant.kind) ? undefined : { status: 403, error: "this token does not allow that" };
}

function onlyNodes(request: IncomingMessage): Refusal | undefined {
  const path = parseUrl(request.url)?.pathname;
  return path === "/v1/node" ? undefined : { status: 404, error: "there is nothing here" };
}

function parseUrl(url = ""): URL | undefined {
  return URL.parse(url, "http://controller") ?? undefined;
}

function refuseUpgrade(socket: Duplex, { status, error }: Refusal): void {
  const body = JSON.stringify({ error });
  socket.on("error", () => {});
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
