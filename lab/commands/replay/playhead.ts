/** Where in a run's time a replay is. */
export interface Playhead {
  /** Seconds since the run began. */
  readonly now: number;
  /** Real milliseconds until then; for ever while it is paused. */
  until(t: number): number;
  jump(t: number): void;
  /** Pauses or goes on. @returns whether it is paused now. */
  toggle(): boolean;
}

/** @param speed seconds of the run a real second. */
export function createPlayhead(speed: number, clock: () => number = () => performance.now()): Playhead {
  let at = 0;
  let since = clock();
  let paused = false;
  const position = () => (paused ? at : at + ((clock() - since) / 1000) * speed);
  const moveTo = (t: number) => {
    at = t;
    since = clock();
  };

  return {
    get now() {
      return position();
    },
    until: (t) => (paused ? Number.POSITIVE_INFINITY : Math.max(0, ((t - position()) / speed) * 1000)),
    jump: moveTo,
    toggle() {
      moveTo(position());
      paused = !paused;
      return paused;
    },
  };
}
