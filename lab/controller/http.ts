import type { IncomingMessage, ServerResponse } from "node:http";

/** Bytes of a request's body at the most. */
const BODY_BYTES = 4 << 20;

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(JSON.stringify(value));
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": body.length,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    })
    .end(body);
}

export function sendError(response: ServerResponse, status: number, error: string): void {
  // What is left of a refused body is not worth reading.
  if (!response.req.complete) response.setHeader("connection", "close");
  if (status === 401) response.setHeader("www-authenticate", "Bearer");
  sendJson(response, status, { error });
}

export type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly error: string };

export async function readJson(request: IncomingMessage): Promise<Body> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
    return { ok: false, status: 415, error: "send it as application/json" };
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES) return { ok: false, status: 413, error: "a body has 4 MiB at the most" };
    chunks.push(chunk);
  }
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString("utf8")) };
  } catch {
    return { ok: false, status: 400, error: "the body is not JSON" };
  }
}
