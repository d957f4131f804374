import type { Wire } from "./webtorrent-client.ts";

/** What an only seed shows of itself, so that it sends each piece once before it sends any twice (BEP 16). */
export interface SuperSeeding {
  /** A new connection, before it is told what we have. */
  connect(wire: Wire): void;
  /** It was set up: shows it its first piece. */
  begin(wire: Wire): void;
  /** The uplink has had nothing to send for a while: who may ask is shown more at once from now on. */
  hurry(): void;
  /** Looks whether there still is a reason to hide anything; without one, everybody is shown everything, and stays so. */
  review(): void;
  /** It was switched on: hides from those that connect from now on. Who was there before knows what we have. */
  restart(): void;
}

export interface SuperSeedingOptions {
  readonly pieceCount: number;
  /** Whether this is the only seed, and may do this. */
  wanted(): boolean;
  /** Connected peers that have a piece. */
  availability(piece: number): number;
}

interface Pupil {
  readonly wire: Wire;
  /** Pieces that it was shown. */
  readonly shown: Set<number>;
  /** Those that it does not have yet. */
  readonly open: Set<number>;
  /** The one that it got last. */
  last: number | undefined;
}

/** Pieces that are shown to one peer at once, at the most. */
const DEEPEST = 32;

/**
 * To each peer it looks as if we had hardly anything: one piece that hardly anybody has, the next one when that has
 * arrived, and one more ahead to a peer that passes on what it gets. Once all pieces are in the swarm there is nothing
 * left to gain. Unlike BEP 16 has it, a peer that nobody takes anything from is not kept waiting: in a small swarm there
 * may be nobody else, and an uplink that idles helps no one. For the same reason peers that take long to ask and to
 * answer, as a hundred on two cores do, are shown more at once.
 */
export function createSuperSeeding({ pieceCount, wanted, availability }: SuperSeedingOptions): SuperSeeding {
  const pupils = new Map<Wire, Pupil>();
  /** Pupils that were shown a piece. */
  const offered = new Uint16Array(pieceCount);
  let depth = 1;
  let over = false;

  return { connect, begin: (wire) => offer(pupils.get(wire)), hurry, review, restart };

  function connect(wire: Wire): void {
    review();
    // Also of one that knows everything: what others were shown may be passed on to it.
    wire.on("have", (piece: number) => onHave(wire, piece));
    if (over) return;
    pupils.set(wire, { wire, shown: new Set(), open: new Set(), last: undefined });
    const hide = () => wire.hasFast && wire.haveNone();
    wire.haveAll = hide;
    wire.bitfield = hide;
    for (const event of ["bitfield", "have-all"]) wire.on(event, () => onHoldings(wire));
    wire.once("close", () => forget(wire));
  }

  /** It says what it has only after it was shown its first piece, and may have had that for long. */
  function onHoldings(wire: Wire): void {
    const pupil = pupils.get(wire);
    if (!pupil) return;
    for (const piece of [...pupil.open].filter((piece) => wire.peerPieces.get(piece))) {
      pupil.open.delete(piece);
      withdraw(piece);
    }
    offer(pupil);
    review();
  }

  function onHave(wire: Wire, piece: number): void {
    if (over) return;
    const pupil = pupils.get(wire);
    if (pupil?.open.delete(piece)) pupil.last = piece;
    offer(pupil);
    // Somebody may have passed this piece on.
    for (const other of pupils.values()) if (other.last === piece && other !== pupil) offer(other);
    review();
  }

  function offer(pupil: Pupil | undefined): void {
    if (over || !pupil) return;
    const passesOn = pupil.last !== undefined && availability(pupil.last) > 1;
    const ahead = (mayAsk(pupil) ? depth : 1) + (passesOn ? 1 : 0);
    while (pupil.open.size < ahead) {
      const piece = choose(pupil);
      if (piece === undefined) return;
      pupil.shown.add(piece);
      pupil.open.add(piece);
      offered[piece] = (offered[piece] ?? 0) + 1;
      pupil.wire.have(piece);
    }
  }

  /** What the fewest have, and of that what the fewest were shown; at random among the rest. */
  function choose({ wire, shown }: Pupil): number | undefined {
    let best: number | undefined;
    let fewest = { have: Number.POSITIVE_INFINITY, shown: 0 };
    const start = Math.floor(Math.random() * pieceCount);
    for (let step = 0; step < pieceCount; step += 1) {
      const piece = (start + step) % pieceCount;
      if (shown.has(piece) || wire.peerPieces.get(piece)) continue;
      const now = { have: availability(piece), shown: offered[piece] ?? 0 };
      const isLess = now.have < fewest.have || (now.have === fewest.have && now.shown < fewest.shown);
      if (isLess) [best, fewest] = [piece, now];
    }
    return best;
  }

  function hurry(): void {
    const asking = [...pupils.values()].filter(mayAsk);
    if (over || asking.length === 0) return;
    depth = Math.min(2 * depth, DEEPEST);
    for (const pupil of asking) offer(pupil);
  }

  function review(): void {
    if (over || (wanted() && !everythingIsOut())) return;
    over = true;
    for (const { wire, shown } of pupils.values())
      for (let piece = 0; piece < pieceCount; piece += 1) if (!shown.has(piece)) wire.have(piece);
    pupils.clear();
  }

  function restart(): void {
    over = false;
    depth = 1;
    offered.fill(0);
    review();
  }

  function everythingIsOut(): boolean {
    for (let piece = 0; piece < pieceCount; piece += 1) if (availability(piece) === 0) return false;
    return true;
  }

  function forget(wire: Wire): void {
    for (const piece of pupils.get(wire)?.open ?? []) withdraw(piece);
    pupils.delete(wire);
  }

  /** A pupil that it was shown to does not get it from us. */
  function withdraw(piece: number): void {
    offered[piece] = Math.max(0, (offered[piece] ?? 0) - 1);
  }
}

function mayAsk({ wire }: Pupil): boolean {
  return !wire.amChoking && wire.peerInterested;
}
