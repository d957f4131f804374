import type { Fact } from "../../api/facts.ts";
import type { PeerSettings } from "../../api/words.ts";
import { behaviourOf } from "../../swarm/behaviour.ts";
import type { Bitfield } from "../../swarm/bitfield.ts";
import { type Announcer, announce } from "./announcer.ts";
import { bytesMissing, type Content } from "./content.ts";
import { watchCorruption } from "./corruption.ts";
import { takeOverFetching } from "./fetcher.ts";
import { guardConnections } from "./gate.ts";
import type { Ledger } from "./ledger.ts";
import { misbehave } from "./misbehave.ts";
import { correctSeedStatus } from "./seed-status.ts";
import { controlSlots } from "./slots.ts";
import type { ContentStore } from "./store.ts";
import { createSuperSeeding } from "./super-seeding.ts";
import { takeOverTurnover } from "./turnover.ts";
import type { Uplink } from "./uplink.ts";
import { serveUploads } from "./uploads.ts";
import type { AnnounceCounters, SwarmClient, Wire } from "./webtorrent-client.ts";
import { isIncoming, observeWire, type WireObserver } from "./wire-observer.ts";

/** A torrent while it is in its swarm: announced, connected, transferring. */
export interface Swarming {
  readonly connected: number;
  /** Once a second: gives free slots away, and writes every connection's flags into the ledger. */
  tick(): void;
  /** Facts for a controller that knows nothing of the open connections. */
  describe(): Fact[];
  apply(settings: PeerSettings): void;
  announce(): void;
  /** Drops connections with peers that are cut now; when some are not any more, asks the tracker for peers. */
  cutChanged(healed: boolean): void;
  /** No more pieces are asked for, or they are again. */
  halt(halted: boolean): void;
  /** Tells the tracker and ends all connections. */
  leave(reason: string): Promise<void>;
}

export interface SwarmingOptions {
  readonly client: SwarmClient;
  readonly uplink: Uplink;
  readonly content: Content;
  readonly store: ContentStore;
  readonly ledger: Ledger;
  /** Pieces that are there, checked. */
  readonly pieces: Bitfield;
  readonly settings: PeerSettings;
  readonly ownId: string;
  readonly loopbackOnly: boolean;
  isCut(peerId: string): boolean;
  report(fact: Fact): void;
  onPiece(piece: number): void;
  /** A connection was made or ended, or the torrent is complete. */
  onProgress(): void;
  /** webtorrent gave the torrent up. */
  onError(error: Error): void;
}

/** Longer than a peer takes to ask for its next piece, unless it has to wait for a processor. */
const IDLE_MS = 250;

interface Connection {
  readonly observer: WireObserver;
  readonly address: string;
  /** Answers what is asked of us, once webtorrent has set the connection up. */
  serve(): void;
}

/** Puts a checked torrent into its swarm. Resolves when it is announced for the first time. */
export async function joinSwarm(options: SwarmingOptions): Promise<Swarming> {
  const { client, uplink, content, store, ledger, pieces, report } = options;
  const { infoHash } = content;
  const connections = new Map<Wire, Connection>();
  let settings = options.settings;

  const torrent = client.add(content, {
    store,
    bitfield: pieces.bytes,
    complete: pieces.complete,
    settings,
    counters,
  });
  const slots = controlSlots(torrent);
  const turnover = takeOverTurnover(torrent, () => settings.maxPeers);
  const corruption = watchCorruption({
    infoHash,
    torrent,
    ledger,
    attempt: (piece) => fetcher.attempt(piece),
    discard: (piece) => fetcher.discard(piece),
    drop: dropPeer,
    report,
  });
  const gate = guardConnections(torrent, {
    ownId: options.ownId,
    loopbackOnly: options.loopbackOnly,
    isCut: (peerId) => options.isCut(peerId) || corruption.isBanned(peerId),
    maxPeers: () => settings.maxPeers,
  });
  const fetcher = takeOverFetching({ torrent, settings: () => settings, content, ...corruption });
  /** Seeds by the tracker's count, which knows those that we are not connected to, too. */
  let seeds = 1;
  const superSeeding = createSuperSeeding({
    pieceCount: content.pieceCount,
    wanted: () => settings.superSeeding && pieces.complete && seeds <= 1,
    availability: fetcher.availability,
  });
  const setUp = torrent._onWireWithMetadata.bind(torrent);
  torrent._onWireWithMetadata = (wire) => {
    setUp(wire);
    connections.get(wire)?.serve();
    superSeeding.begin(wire);
    wire.listen();
  };
  torrent.on("wire", onWire);
  torrent.on("error", options.onError);
  const announcer = await new Promise<Announcer | undefined>((resolve) => {
    // At once, not after an await: a torrent that is whole announces its completion right after this event.
    torrent.once("ready", () =>
      resolve(announce(torrent, { counters, complete: pieces.complete, report: onAnnounce })),
    );
    torrent.once("close", () => resolve(undefined));
  });
  if (!announcer) throw new Error("the torrent was given up before it was ready");
  torrent.on("verified", onVerified);
  torrent.on("done", options.onProgress);

  return {
    get connected() {
      return connections.size;
    },
    tick() {
      // Not at once when a peer loses interest: most often it is back with the next piece that we verify.
      slots.fill();
      fetcher.tick();
      if (uplink.idleFor() > IDLE_MS) superSeeding.hurry();
      const useless = turnover.next(connections.keys());
      if (useless) drop(useless, "of no use while other peers wait");
      for (const [wire, { observer }] of connections) ledger.flags(wire.peerId, observer.flags());
    },
    describe: () => [...connections.values()].flatMap(({ observer }) => observer.describe()),
    apply,
    announce: () => announcer.now(),
    cutChanged(healed) {
      for (const wire of [...connections.keys()]) if (options.isCut(wire.peerId)) drop(wire, "cut");
      if (!healed) return;
      gate.forgive();
      announcer.now();
    },
    halt,
    leave,
  };

  function counters(): AnnounceCounters {
    const left = bytesMissing(content, (piece) => torrent.bitfield.get(piece));
    return { uploaded: ledger.uploaded, downloaded: ledger.downloaded, left };
  }

  function onWire(wire: Wire, address: string): void {
    const verdict = gate.judge(wire, address);
    if (!verdict.accept) {
      torrent.removePeer(address);
      return;
    }
    if (verdict.replaces) drop(verdict.replaces, "duplicate connection");
    const peer = torrent._peers.get(address);
    if (!peer) return;
    correctSeedStatus(torrent, wire);
    const observer = observeWire(wire, peer, {
      torrent,
      ledger,
      slots,
      report,
      attempt: fetcher.attempt,
      snubs: fetcher.snubs,
      onBlock: corruption.onBlock,
    });
    fetcher.connect(wire);
    superSeeding.connect(wire);
    wire.extendedHandshake.p = client.port;
    wire.on("extended", (kind: unknown) => kind === "handshake" && learnPort(wire));
    const { because } = observer;
    const serve = () => {
      serveUploads(wire, peer, { torrent, content, uplink, ledger, because });
      misbehave(wire, peer, () => behaviourOf(settings));
    };
    connections.set(wire, { observer, address, serve });
    peer.once("disconnect", () => {
      connections.delete(wire);
      options.onProgress();
    });
    options.onProgress();
  }

  function learnPort(wire: Wire): void {
    const port = wire.peerExtendedHandshake.p;
    if (isIncoming(wire) && Number.isInteger(port)) gate.learn(`${wire.remoteAddress}:${port}`, wire.peerId);
  }

  function onAnnounce(fact: Fact): void {
    if (fact.type === "tracker-answer") seeds = fact.complete;
    superSeeding.review();
    report(fact);
  }

  function drop(wire: Wire, reason: string): void {
    const connection = connections.get(wire);
    if (!connection) return;
    connection.observer.because(reason);
    torrent.removePeer(connection.address);
  }

  function dropPeer(peer: string, reason: string): void {
    for (const wire of [...connections.keys()]) if (wire.peerId === peer) drop(wire, reason);
  }

  function onVerified(piece: number): void {
    report({ type: "have", torrent: infoHash, piece, from: ledger.verified(piece) ?? [] });
    options.onPiece(piece);
  }

  function apply(next: PeerSettings): void {
    if (torrent.destroyed) return;
    const switchedOn = next.superSeeding && !settings.superSeeding;
    settings = next;
    slots.set(next.slots);
    if (switchedOn) superSeeding.restart();
    else superSeeding.review();
    for (const wire of [...connections.keys()].slice(next.maxPeers)) drop(wire, "enough connections");
    for (let free = next.maxPeers - connections.size; free > 0; free -= 1) torrent._drain();
  }

  function halt(halted: boolean): void {
    if (!torrent.destroyed && !torrent.done) fetcher.halt(halted);
  }

  async function leave(reason: string): Promise<void> {
    announcer?.stop();
    for (const { observer } of connections.values()) observer.because(reason);
    if (torrent.destroyed) return;
    await new Promise<void>((resolve) => torrent.destroy({ destroyStore: false }, () => resolve()));
  }
}
