import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { NodeEnvironment } from "../../api/environment.ts";
import type { Fact, TorrentSample } from "../../api/facts.ts";
import type { VerifyReport } from "../../api/journal.ts";
import type { TorrentOrder } from "../../api/node.ts";
import type { PeerSettings, TorrentState } from "../../api/words.ts";
import { hasCode, messageOf, unreachable } from "../../errors.ts";
import { Bitfield } from "../../swarm/bitfield.ts";
import { checkPieces } from "./check.ts";
import { bytesMissing, type Content } from "./content.ts";
import type { Ledger } from "./ledger.ts";
import { describeChange, filesChanged, lookAtFiles, sizesMatch } from "./source-watch.ts";
import { type ContentStore, createStore, type DataFolder } from "./store.ts";
import { joinSwarm, type Swarming } from "./swarming.ts";
import { fetchTorrent } from "./torrent-source.ts";
import type { Uplink } from "./uplink.ts";
import { hashFiles } from "./verify.ts";
import type { SwarmClient } from "./webtorrent-client.ts";

/** One torrent on this node, from its order to its retirement. */
export interface Share {
  readonly order: TorrentOrder;
  readonly ledger: Ledger;
  sample(all: boolean): TorrentSample;
  /** Facts for a controller that knows nothing of this torrent. */
  describe(): Fact[];
  apply(settings: PeerSettings): void;
  announce(): void;
  cutChanged(healed: boolean): void;
  verify(): Promise<VerifyReport[number]>;
  /** Leaves the swarm; files stay. */
  retire(reason: string): Promise<void>;
}

export interface ShareContext {
  readonly environment: Pick<NodeEnvironment, "controller" | "tokenFile" | "sources" | "data">;
  readonly client: SwarmClient;
  readonly uplink: Uplink;
  readonly ownId: string;
  readonly loopbackOnly: boolean;
  settings(): PeerSettings;
  isCut(peerId: string): boolean;
  report(fact: Fact): void;
}

const RETRY_MS = 5000;

/** Starts to share a torrent: fetches its file, checks the data, and joins the swarm. What fails is tried again. */
export function startShare(order: TorrentOrder, ledger: Ledger, context: ShareContext): Share {
  const { infoHash, duty } = order;
  const retired = new AbortController();
  const { signal } = retired;
  let state: TorrentState = "checking";
  let problem: string | undefined;
  let content: Content | undefined;
  let store: ContentStore | undefined;
  let swarming: Swarming | undefined;
  let pieces = new Bitfield(0);

  const folder: DataFolder =
    duty === "seed"
      ? { root: context.environment.sources, kind: "source" }
      : { root: join(context.environment.data, infoHash), kind: "download" };
  context.report(stateFact(false));
  const life = live();
  return {
    order,
    ledger,
    sample(all) {
      swarming?.tick();
      const { downloaded, uploaded, wasted } = ledger;
      const left = content ? bytesMissing(content, (piece) => pieces.has(piece)) : 0;
      const connected = swarming?.connected ?? 0;
      return { torrent: infoHash, downloaded, uploaded, wasted, left, connected, peers: ledger.connections(all) };
    },
    describe: () => [stateFact(true), ...(swarming?.describe() ?? [])],
    apply: (settings) => swarming?.apply(settings),
    announce: () => swarming?.announce(),
    cutChanged: (healed) => swarming?.cutChanged(healed),
    async verify() {
      // What left when it was whole is still there.
      const isKept = pieces.complete && (state === "seeding" || state === "retired");
      const files = content && isKept ? await hashFiles(content, folder).catch(() => undefined) : undefined;
      return { torrent: infoHash, complete: files !== undefined, files: files ?? [] };
    },
    retire,
  };

  async function live(): Promise<void> {
    try {
      content = await insist(() => fetchTorrent(context.environment, infoHash, signal));
      pieces = new Bitfield(content.pieceCount);
      store = createStore(content, folder, { onProblem, onRecovered });
      if (duty === "seed") await seed(content, store);
      else if (duty === "fetch") await fetch(content, store);
      else unreachable(duty);
    } catch (error) {
      if (!signal.aborted) enter("error", { error: messageOf(error) });
    }
  }

  /** Serves the source while it is as its torrent says, and says how it differs while it is not. */
  async function seed(content: Content, store: ContentStore): Promise<void> {
    for (;;) {
      if (!swarming) enter("checking");
      const look = await lookAtFiles(content, folder.root);
      await store.reopen();
      pieces = await checkPieces(content, store, signal);
      const same = pieces.complete && sizesMatch(content, look);
      if (same && !swarming) await enterSwarm(content, store);
      if (same && state !== "seeding") enter("seeding", { bitfield: true });
      if (!same) {
        await swarming?.leave("its source changed");
        swarming = undefined;
        enter("error", { error: describeChange(content, pieces, look), bitfield: true });
      }
      await filesChanged(content, folder.root, look, signal);
    }
  }

  async function fetch(content: Content, store: ContentStore): Promise<void> {
    enter("checking");
    pieces = await checkPieces(content, store, signal);
    const look = await lookAtFiles(content, folder.root);
    if (!pieces.complete || !sizesMatch(content, look)) await insist(() => store.prepare());
    await enterSwarm(content, store);
    enter(resting(), { bitfield: true });
  }

  async function enterSwarm(content: Content, store: ContentStore): Promise<void> {
    swarming = await joinSwarm({
      ...context,
      content,
      store,
      ledger,
      pieces,
      settings: context.settings(),
      onPiece: (piece) => pieces.add(piece),
      onProgress: progress,
      onError: (error) => {
        swarming = undefined;
        enter("error", { error: error.message });
      },
    });
    signal.throwIfAborted();
    // What came while it joined found nobody.
    swarming.apply(context.settings());
    swarming.cutChanged(false);
  }

  /** What a torrent that is in its swarm is doing. */
  function resting(): TorrentState {
    if (pieces.complete) return "seeding";
    return (swarming?.connected ?? 0) > 0 ? "downloading" : "waiting";
  }

  function progress(): void {
    if (state === "waiting" || state === "downloading") enter(resting());
  }

  /** Verified pieces are still served, but no more are asked for: another peer can make use of that slot. */
  function onProblem(message: string): void {
    if (state === "error" || signal.aborted) return;
    swarming?.halt(true);
    enter("error", { error: message });
  }

  function onRecovered(): void {
    if (signal.aborted) return;
    swarming?.halt(false);
    enter(resting());
  }

  /** Tries until it works: a full disk is emptied, a controller comes back. */
  async function insist<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        signal.throwIfAborted();
        const message = hasCode(error, "ENOSPC", "EDQUOT") ? "disk full" : messageOf(error);
        if (message !== problem) enter("error", { error: message });
      }
      await delay(RETRY_MS, undefined, { signal });
    }
  }

  function enter(next: TorrentState, options: { error?: string; bitfield?: boolean } = {}): void {
    if (next === state && options.error === problem && !options.bitfield) return;
    state = next;
    problem = options.error;
    context.report(stateFact(options.bitfield ?? false));
  }

  function stateFact(withPieces: boolean): Fact {
    const bitfield = withPieces && pieces.length > 0 ? { bitfield: pieces.toHex() } : {};
    return {
      type: "torrent",
      torrent: infoHash,
      state,
      ...bitfield,
      ...(problem && { error: problem.slice(0, 1000) }),
    };
  }

  async function retire(reason: string): Promise<void> {
    retired.abort(new Error(reason));
    await life;
    await swarming?.leave(reason);
    swarming = undefined;
    await new Promise<unknown>((resolve) => (store ? store.close(resolve) : resolve(undefined)));
    enter("retired");
  }
}
