/** Peers that sent corrupt pieces of one torrent, by peer id. */
export interface Bans {
  /** A peer sent one more corrupt piece. */
  convict(peer: string): Ban;
  has(peer: string): boolean;
}

export interface Ban {
  /** Corrupt pieces that it sent so far. */
  readonly pieces: number;
  /** How long it is refused, in seconds from now. */
  readonly seconds: number;
}

/**
 * The first ban ends after this long and each further one lasts twice as long: a seeder whose disk was repaired is needed
 * again and has the same id, while a poisoner is back for one piece at the most.
 */
const FIRST_S = 60;
const LONGEST_S = 3600;
/** Strangers can come under any number of ids. */
const REMEMBERED = 1000;

/** @param now milliseconds of a clock that never goes back. */
export function createBans(now: () => number = () => performance.now()): Bans {
  const banned = new Map<string, { pieces: number; times: number; until: number }>();
  return {
    convict(peer) {
      const before = banned.get(peer) ?? { pieces: 0, times: 0, until: 0 };
      // Pieces that were on the way when it was banned are not another offence.
      const times = before.until > now() ? before.times : before.times + 1;
      const seconds = Math.min(LONGEST_S, FIRST_S * 2 ** (times - 1));
      const until = before.until > now() ? before.until : now() + 1000 * seconds;
      const pieces = before.pieces + 1;
      banned.delete(peer);
      banned.set(peer, { pieces, times, until });
      if (banned.size > REMEMBERED) banned.delete(banned.keys().next().value ?? "");
      return { pieces, seconds: Math.ceil((until - now()) / 1000) };
    },
    has: (peer) => (banned.get(peer)?.until ?? 0) > now(),
  };
}
