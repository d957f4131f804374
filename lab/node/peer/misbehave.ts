import type { Behaviour } from "../../api/words.ts";
import { TRICKLE } from "../../swarm/behaviour.ts";
import type { Peer, Wire } from "./webtorrent-client.ts";

type Send = Wire["piece"];

/**
 * Makes a connection upload as this peer is told to be. Goes on after all that counts, so that counters say what was
 * really sent. `freeride` is no matter of connections: such a peer has no upload slot.
 */
export function misbehave(wire: Wire, peer: Peer, behaviour: () => Behaviour): void {
  const send = wire.piece.bind(wire);
  const trickle = trickleTo(wire, peer, send);
  const ways: Record<Behaviour, Send> = {
    honest: send,
    freeride: send,
    poison: (piece, offset, block) => send(piece, offset, corrupted(block)),
    silent: () => {},
    slow: trickle,
  };
  wire.piece = (piece, offset, block) => ways[behaviour()](piece, offset, block);
}

/** A copy: the block may be part of what others are served from. */
function corrupted(block: Uint8Array): Uint8Array {
  return block.map((byte) => byte ^ 0x55);
}

/** Each block leaves when a line of `TRICKLE` bytes a second would have carried it. */
function trickleTo(wire: Wire, peer: Peer, send: Send): Send {
  const waiting: Parameters<Send>[] = [];
  let timer: NodeJS.Timeout | undefined;
  wire.on("cancel", (piece: number, offset: number) => {
    const index = waiting.findIndex(([p, o]) => p === piece && o === offset);
    if (index > 0) waiting.splice(index, 1).forEach(reject);
  });
  peer.once("disconnect", () => clearTimeout(timer));
  return (...block) => {
    waiting.push(block);
    timer ??= start();
  };

  function start(): NodeJS.Timeout | undefined {
    const next = waiting[0];
    return next && setTimeout(deliver, (1000 * next[2].length) / TRICKLE);
  }

  /** A choke took back what was asked for before. */
  function deliver(): void {
    if (wire.amChoking) waiting.splice(0).forEach(reject);
    const block = waiting.shift();
    if (block) send(...block);
    timer = start();
  }

  /** With the fast extension every request ends in a block or a reject (BEP 6). */
  function reject([piece, offset, block]: Parameters<Send>): void {
    if (wire.hasFast) wire.reject(piece, offset, block.length);
  }
}
