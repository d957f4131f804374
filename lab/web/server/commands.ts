import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { labCommand } from "../../api/commands.ts";
import { messageOf } from "../../errors.ts";

/** What the page may ask for: everything that changes a running lab and can be changed back. */
const fromPage = new Set<string>(["set", "announce", "mark", "cut", "heal"]);
const BODY_BYTES = 64 << 10;
const ANSWER_MS = 15_000;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Checks a command of the page and hands it to the controller with the lab's own token. */
export async function relayCommand(
  request: IncomingMessage,
  { controller, token }: { controller: string; token: string },
): Promise<Answer> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
    return refused(415, "send it as application/json");
  const text = await readText(request);
  if (text === undefined) return refused(413, "a command has 64 KiB at the most");
  const command = labCommand.safeParse(parseJson(text));
  if (!command.success) return refused(400, `not a command: ${z.prettifyError(command.error)}`);
  if (!fromPage.has(command.data.type)) return refused(403, `"${command.data.type}" is for the command line`);
  return await post(new URL("/v1/commands", controller), token, command.data);
}

async function post(url: URL, token: string, command: unknown): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(command),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.ok ? 200 : 502, body: await response.json() };
  } catch (error) {
    return refused(502, `the controller did not answer: ${messageOf(error)}`);
  }
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(status: number, error: string): Answer {
  return { status, body: { ok: false, error } };
}
