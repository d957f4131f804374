/** How fast something comes, over the last second or less. */
export interface RateMeter {
  add(bytes: number): void;
  bytesPerSecond(): number;
}

const WINDOW_MS = 500;

/** Counts in two windows, the running one and the one before it: no timer, and nothing to keep of each block. */
export function createRateMeter(now: () => number = () => performance.now()): RateMeter {
  let start = now();
  let [running, before] = [0, 0];

  return {
    add(bytes) {
      turn();
      running += bytes;
    },
    bytesPerSecond() {
      turn();
      return (1000 * (before + running)) / (WINDOW_MS + now() - start);
    },
  };

  function turn(): void {
    const elapsed = now() - start;
    if (elapsed < WINDOW_MS) return;
    before = elapsed < 2 * WINDOW_MS ? running : 0;
    running = 0;
    start = elapsed < 2 * WINDOW_MS ? start + WINDOW_MS : now();
  }
}
