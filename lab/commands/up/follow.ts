import type { ApiClient, LabEvent } from "../../api/client.ts";
import { hasCode, messageOf } from "../../errors.ts";
import { chatter } from "../../swarm/chatter.ts";
import { apply, emptyModel } from "../../swarm/model.ts";
import { sentence } from "../../swarm/sentence.ts";
import { formatDuration, printableJson } from "../../units.ts";
import { print, type World } from "../world.ts";
import { progressLines } from "./progress.ts";

export interface FollowOptions {
  readonly client: ApiClient;
  /** Journal lines as JSON instead of sentences. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/**
 * A clear line a change, and one a peer as it gets on, until the signal or the end of the lab.
 * @returns why there are no more events, if nobody wanted to end them.
 */
export async function follow(world: World, { client, json, signal }: FollowOptions): Promise<string | undefined> {
  let model = emptyModel();
  const progress = progressLines();
  try {
    for await (const events of client.events({ after: 0, signal })) events.forEach(tellEvent);
  } catch (error) {
    if (!hasCode(error, "EPIPE") && !signal.aborted) return messageOf(error);
  }
  return undefined;

  function tellEvent(event: LabEvent): void {
    if (event.kind === "snapshot") {
      model = event.model;
      return;
    }
    const { line } = event;
    apply(model, line);
    if (json) world.stdout.write(`${printableJson(line)}\n`);
    else if (line.type !== "have" && !chatter.has(line.type)) say(world, line.t, sentence(line, model));
    if (!json && line.type === "sample") for (const text of progress(model, line.node)) say(world, line.t, text);
  }
}

function say(world: World, t: number, text: string | undefined): void {
  if (text !== undefined) print(world, `${formatDuration(t).padStart(7)}  ${text}`);
}
