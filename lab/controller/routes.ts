import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import * as z from "zod";
import { type CommandResult, type LabCommand, labCommand } from "../api/commands.ts";
import { infoHash } from "../api/words.ts";
import { toStatus } from "../swarm/status.ts";
import type { Events } from "./events.ts";
import { readJson, sendError, sendJson } from "./http.ts";
import type { Lab } from "./lab.ts";
import type { Grant } from "./tokens.ts";

export interface Route {
  readonly method: "GET" | "POST";
  /** Who may come in; `undefined`: everybody. */
  readonly allowed: readonly Grant["kind"][] | undefined;
  readonly answer: (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void> | void;
}

export interface RouteOptions {
  readonly lab: Lab;
  readonly events: Events;
  readonly command: (command: LabCommand) => Promise<CommandResult>;
  /** Where the API is reached from outside. */
  readonly controllerUrl: () => string;
}

/** What the HTTP API answers. Only a POST changes anything. */
export function findRoute(options: RouteOptions, path: string): Route | undefined {
  const viewers = ["admin", "viewer"] as const;
  const torrent = /^\/v1\/torrents\/([^/]+)\.torrent$/.exec(path)?.[1];
  if (torrent !== undefined)
    return {
      method: "GET",
      allowed: ["admin", "node"],
      answer: (_, response) => sendTorrent(options, torrent, response),
    };
  const routes: Record<string, Route> = {
    "/healthz": { method: "GET", allowed: undefined, answer: (_, response) => sendJson(response, 200, { ok: true }) },
    "/v1/status": { method: "GET", allowed: viewers, answer: (_, response, url) => sendStatus(options, url, response) },
    "/v1/events": {
      method: "GET",
      allowed: viewers,
      answer: (request, response, url) => sendEvents(options, request, url, response),
    },
    "/v1/journal": { method: "GET", allowed: viewers, answer: (_, response) => sendJournal(options, response) },
    "/v1/commands": {
      method: "POST",
      allowed: ["admin"],
      answer: (request, response) => doCommand(options, request, response),
    },
  };
  return Object.hasOwn(routes, path) ? routes[path] : undefined;
}

function sendStatus({ lab, controllerUrl }: RouteOptions, url: URL, response: ServerResponse): void {
  const status = toStatus(lab.journal.model, {
    now: lab.journal.now(),
    controllerUrl: controllerUrl(),
    connections: url.searchParams.get("connections") === "1",
  });
  sendJson(response, 200, status);
}

/** `after` is the last line the viewer has; of another run it means nothing, so then it gets a snapshot. */
async function sendEvents(
  { lab, events }: RouteOptions,
  request: IncomingMessage,
  url: URL,
  response: ServerResponse,
): Promise<void> {
  const given = url.searchParams.get("after") ?? request.headers["last-event-id"];
  const after = given === undefined || given === null ? undefined : Number(given);
  if (after !== undefined && !(Number.isSafeInteger(after) && after >= 0))
    return sendError(response, 400, "`after` is the seq of a journal line");
  const run = url.searchParams.get("run");
  await events.watch(response, run === null || run === lab.journal.run ? after : undefined);
}

async function sendTorrent({ lab }: RouteOptions, hash: string, response: ServerResponse): Promise<void> {
  if (!infoHash.safeParse(hash).success) return sendError(response, 404, "an info-hash is 40 hex digits");
  const bytes = await readFile(join(lab.folder, "torrents", `${hash}.torrent`)).catch(() => undefined);
  if (!bytes) return sendError(response, 404, "this run has no such torrent");
  response.writeHead(200, { "content-type": "application/x-bittorrent", "content-length": bytes.length }).end(bytes);
}

async function sendJournal({ lab }: RouteOptions, response: ServerResponse): Promise<void> {
  await lab.journal.file.flush();
  const file = createReadStream(join(lab.folder, "journal.jsonl"));
  response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8", "cache-control": "no-store" });
  await pipeline(file, response).catch(() => response.destroy());
}

async function doCommand({ command }: RouteOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readJson(request);
  if (!body.ok) return sendError(response, body.status, body.error);
  const parsed = labCommand.safeParse(body.value);
  if (!parsed.success) return sendError(response, 400, `not a command: ${z.prettifyError(parsed.error)}`);
  const waiting = keepWaiting(response);
  const result = await command(parsed.data).finally(() => clearInterval(waiting));
  if (!response.headersSent) return sendJson(response, 200, result);
  response.end(JSON.stringify(result));
}

/** A verify takes minutes; white space before the answer keeps clients from giving up on it. */
function keepWaiting(response: ServerResponse): NodeJS.Timeout {
  return setInterval(() => {
    if (!response.headersSent) response.writeHead(200, { "content-type": "application/json" });
    response.write(" ");
  }, 10_000);
}
