import type { ApiClient } from "../../api/client.ts";
import { type Feed, type Teller, takeLine, takeSnapshot } from "../data/feed.ts";

/** Lines of a journal that are read again from the start, so that the past is seen too: about a second's work. */
const WORTH_REPLAYING = 60_000;

export interface Following {
  readonly feed: Feed;
  readonly tell: Teller;
  readonly signal: AbortSignal;
  /** Something changed. */
  readonly onNews: () => void;
  /** The connection was lost, with the reason, or is there again (`null`). */
  readonly onConnection: (problem: string | null) => void;
}

/** Keeps the feed up to date until the signal. Throws when the controller stays away. */
export async function follow(
  client: ApiClient,
  { feed, tell, signal, onNews, onConnection }: Following,
): Promise<void> {
  const status = await client.status({ signal });
  const past = status.seq <= WORTH_REPLAYING ? { after: 0, run: status.lab.run } : {};
  for await (const events of client.events({ ...past, signal, onConnection })) {
    for (const event of events)
      if (event.kind === "snapshot") takeSnapshot(feed, event.model);
      else takeLine(feed, event.line, tell);
    onNews();
  }
}
