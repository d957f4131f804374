import type { IncomingMessage, ServerResponse } from "node:http";
import type { PageFile } from "./page-files.ts";

/** An answer as a value: what decides does not write, and what writes does not decide. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export function json(status: number, value: unknown): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

export function failure(status: number, error: string): Reply {
  return json(status, { ok: false, error });
}

export function html(status: number, body: string): Reply {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

export function text(type: string, body: string): Reply {
  return { status: 200, headers: { "content-type": type }, body };
}

export function unauthorized(): Reply {
  const refused = failure(401, "open the link of `lab open`, or send its token (Authorization: Bearer …)");
  return { ...refused, headers: { ...refused.headers, "www-authenticate": "Bearer" } };
}

export function redirect(location: string, cookie: string): Reply {
  return { status: 303, headers: { location, "set-cookie": cookie }, body: "" };
}

export function file({ type, plain, gzip }: PageFile, request: IncomingMessage): Reply {
  const headers = { "content-type": type, vary: "accept-encoding" };
  if (!acceptsGzip(request)) return { status: 200, headers, body: plain };
  return { status: 200, headers: { ...headers, "content-encoding": "gzip" }, body: gzip };
}

export function send(response: ServerResponse, { status, headers, body }: Reply): void {
  // What is left of a refused body is not worth reading. A GET has none, and is not complete either when it is answered.
  if (response.req.method === "POST" && !response.req.complete) response.setHeader("connection", "close");
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.end(response.req.method === "HEAD" ? undefined : bytes);
}

export function acceptsGzip({ headers }: IncomingMessage): boolean {
  return /\bgzip\b/.test(String(headers["accept-encoding"] ?? ""));
}
