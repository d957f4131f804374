import { setTimeout as delay } from "node:timers/promises";
import type { ApiClient, LabEvent } from "../../api/client.ts";
import { messageOf } from "../../errors.ts";
import { emptyModel } from "../../swarm/model.ts";
import type { Hub } from "./hub.ts";

export interface UpstreamOptions {
  readonly client: ApiClient;
  readonly hub: Hub;
  readonly signal: AbortSignal;
  /** Told why there is no controller, once a reason. */
  readonly log?: (line: string) => void;
}

const REFUSED_WAIT_MS = 2000;

/**
 * Follows the journal, one connection for all tabs, until `signal` ends it. It asks for the journal from its first line,
 * because a snapshot does not tell who gave which piece, and goes on where it was after a break.
 */
export async function followController({ client, hub, signal, log = () => {} }: UpstreamOptions): Promise<void> {
  const onConnection = (problem: string | null) => {
    hub.setConnected(problem === null);
    if (problem !== null) log(`no controller: ${problem}`);
  };
  while (!signal.aborted) {
    const { run, seq } = { run: hub.picture.swarm.run?.run, seq: hub.picture.swarm.seq };
    const from = run === undefined ? { after: 0 } : { after: seq, run };
    try {
      const patience = Number.POSITIVE_INFINITY;
      for await (const events of client.events({ ...from, signal, onConnection, patience })) {
        hub.setConnected(true);
        if (events.some((event) => hand(hub, event) === "another run")) break;
      }
    } catch (error) {
      hub.setConnected(false);
      log(`no controller: ${messageOf(error)}`);
      await delay(REFUSED_WAIT_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** A snapshot in place of lines: of another run, which is then asked for from its start, or of a journal that is gone. */
function hand(hub: Hub, event: LabEvent): "another run" | undefined {
  if (event.kind === "line") {
    hub.take(event.line);
    return undefined;
  }
  const known = hub.picture.swarm.run?.run;
  const other = known !== undefined && known !== event.model.run?.run;
  hub.reset(other ? emptyModel() : event.model);
  return other ? "another run" : undefined;
}
