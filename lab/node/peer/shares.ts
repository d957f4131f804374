import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Fact, TorrentSample } from "../../api/facts.ts";
import type { VerifyReport } from "../../api/journal.ts";
import type { TorrentOrder } from "../../api/node.ts";
import type { PeerSettings } from "../../api/words.ts";
import { messageOf } from "../../errors.ts";
import { RETIRED_KEPT } from "../../swarm/state.ts";
import { createLedger } from "./ledger.ts";
import { type Share, type ShareContext, startShare } from "./share.ts";

/** All torrents of this node. */
export interface Shares {
  /** Makes the shared torrents those of the orders: starts what is new, retires what is gone. */
  order(orders: readonly TorrentOrder[]): void;
  apply(settings: PeerSettings): void;
  announce(): void;
  /** These peers are cut off from now on, and no others. */
  cut(peerIds: readonly string[]): void;
  sample(all: boolean): TorrentSample[];
  describe(): Fact[];
  verify(): Promise<VerifyReport>;
  close(): Promise<void>;
}

export function createShares(context: Omit<ShareContext, "isCut">): Shares {
  const active = new Map<string, Share>();
  /**
   * The newest, as many as the controller remembers: their totals are part of the samples, and go on when they come back,
   * as do their downloads.
   */
  const retired = new Map<string, Share>();
  /** What has to end before a torrent can start again. */
  const leaving = new Map<string, Promise<void>>();
  let wanted = new Map<string, TorrentOrder>();
  let cut = new Set<string>();

  return {
    order,
    apply(settings) {
      for (const share of active.values()) share.apply(settings);
    },
    announce() {
      for (const share of active.values()) share.announce();
    },
    cut(peerIds) {
      const healed = [...cut].some((peerId) => !peerIds.includes(peerId));
      cut = new Set(peerIds);
      for (const share of active.values()) share.cutChanged(healed);
    },
    sample: (all) => [...active.values(), ...retired.values()].map((share) => share.sample(all)),
    describe: () => [...active.values(), ...retired.values()].flatMap((share) => share.describe()),
    verify: () => Promise.all([...active.values(), ...retired.values()].map((share) => share.verify())),
    async close() {
      wanted.clear();
      for (const share of active.values()) retire(share, "this peer stops");
      await Promise.all(leaving.values());
    },
  };

  function order(orders: readonly TorrentOrder[]): void {
    wanted = new Map(orders.map((each) => [each.infoHash, each]));
    for (const share of active.values())
      if (wanted.get(share.order.infoHash)?.duty !== share.order.duty) retire(share, "retired");
    for (const { infoHash } of wanted.values()) void start(infoHash);
  }

  async function start(infoHash: string): Promise<void> {
    while (leaving.has(infoHash)) await leaving.get(infoHash);
    const order = wanted.get(infoHash);
    if (!order || active.has(infoHash)) return;
    const ledger = retired.get(infoHash)?.ledger ?? createLedger();
    retired.delete(infoHash);
    active.set(infoHash, startShare(order, ledger, { ...context, isCut: (peerId) => cut.has(peerId) }));
  }

  function retire(share: Share, reason: string): void {
    const { infoHash } = share.order;
    active.delete(infoHash);
    retired.set(infoHash, share);
    whileLeaving(infoHash, () => share.retire(reason));
    for (const old of [...retired.values()].slice(0, -RETIRED_KEPT)) forget(old);
  }

  /** A peer that leaves or stops wants nothing, and keeps all that it has. */
  function forget({ order: { infoHash, duty } }: Share): void {
    retired.delete(infoHash);
    if (duty !== "fetch") return;
    whileLeaving(infoHash, async () => {
      if (wanted.size > 0 && !wanted.has(infoHash)) await removeDownload(infoHash);
    });
  }

  async function removeDownload(infoHash: string): Promise<void> {
    try {
      await rm(join(context.environment.data, infoHash), { recursive: true, force: true });
    } catch (error) {
      console.error(`the download of the retired torrent ${infoHash} could not be deleted: ${messageOf(error)}`);
    }
  }

  /** Does what is part of a torrent's leaving, after what is under way of it. */
  function whileLeaving(infoHash: string, work: () => Promise<void>): void {
    const done = (leaving.get(infoHash) ?? Promise.resolve()).then(work).finally(() => {
      if (leaving.get(infoHash) === done) leaving.delete(infoHash);
    });
    leaving.set(infoHash, done);
  }
}
