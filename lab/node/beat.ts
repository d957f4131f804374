/**
 * Moments that all nodes of a machine have in common: multiples of so many milliseconds on its clock. A wake-up finds the
 * processor's caches cold: what fifty nodes have to say costs the controller half as much when it comes together.
 */
const BEAT_MS = 200;
const SECOND_MS = 1000;

/** Milliseconds until the next beat: from 1 to 200. @param now milliseconds on the clock. */
export function untilBeat(now = Date.now()): number {
  return BEAT_MS - (now % BEAT_MS);
}

/** Calls `work` once a second, from the next beat on and always on a beat, while the program runs. */
export function everySecond(work: () => void): void {
  const now = Date.now();
  const phase = now + untilBeat(now);
  const wait = (milliseconds: number) =>
    setTimeout(() => {
      wait(untilTurn(Date.now(), phase));
      work();
    }, milliseconds);
  wait(phase - now);
}

/**
 * Milliseconds until the next turn of who has one each second, `phase` among them. A turn that is less than half a second
 * away is left out: the last one was late, or a timer was early by a thousandth, or the clock was set.
 */
export function untilTurn(now: number, phase: number): number {
  const since = (((now - phase) % SECOND_MS) + SECOND_MS) % SECOND_MS;
  const rest = SECOND_MS - since;
  return rest < SECOND_MS / 2 ? rest + SECOND_MS : rest;
}
