import type { IncomingMessage } from "node:http";
import * as z from "zod";
import type { ApiClient } from "../../api/client.ts";
import { labCommand } from "../../api/commands.ts";
import { messageOf } from "../../errors.ts";
import { parseJson } from "../../parse-json.ts";
import { failure, json, type Reply } from "./reply.ts";

/** What the page may ask for: everything that changes a running lab and can be changed back. */
const fromPage = new Set<string>(["set", "announce", "mark", "cut", "heal"]);
const BODY_BYTES = 64 << 10;
const ANSWER_MS = 15_000;

/**
 * Checks a command of the page and hands it to the controller.
 * @param patience how long the controller may take, in milliseconds.
 */
export async function relayCommand(
  request: IncomingMessage,
  controller: Pick<ApiClient, "command">,
  patience = ANSWER_MS,
): Promise<Reply> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? ""))
    return failure(415, "send it as application/json");
  const text = await readText(request);
  if (text === undefined) return failure(413, "a command has 64 KiB at the most");
  const command = labCommand.safeParse(parseJson(text));
  if (!command.success) return failure(400, `not a command: ${z.prettifyError(command.error)}`);
  if (!fromPage.has(command.data.type)) return failure(403, `"${command.data.type}" is for the command line`);
  try {
    return json(200, await controller.command(command.data, { signal: AbortSignal.timeout(patience) }));
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError")
      return failure(504, `the lab has not answered for ${patience / 1000} s; it may still do it: Events will tell`);
    return failure(502, messageOf(error));
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
