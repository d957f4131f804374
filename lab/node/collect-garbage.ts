import { getHeapStatistics } from "node:v8";

/** A node has come to rest when its event loop was this little busy for so many seconds; a MiB a second takes thrice as much. */
const REST = { load: 0.02, seconds: 3 };
/** One that never rests, because peers come and go, has the time once in so many seconds, unless it is busier than this. */
const PAUSE = { load: 0.5, seconds: 20 };
/** Bytes that are worth the 25 ms of a collection. */
const WORTH = 8 << 20;

export interface GarbageOptions {
  /** What `--expose-gc` gives; without it nothing is done. */
  readonly collect?: (() => unknown) | undefined;
  /** Bytes of objects and buffers, alive or not. */
  readonly used?: () => number;
}

/**
 * Collects garbage in a node that has the time for it; to be told each second's load. V8 collects when a heap is full,
 * which in a node with little to do takes hours, and counts buffers for little: a leecher that has everything would keep
 * the buffers of its last pieces for as long as it seeds. Where peers come and go, what is long dead would lie between
 * what lives, and memory would grow by 4 KB for each of them, as it does with a leak.
 */
export function collectGarbage({
  collect = globalThis.gc,
  used = usedBytes,
}: GarbageOptions = {}): (load: number) => void {
  let [restful, since] = [0, 0];
  let least = Number.POSITIVE_INFINITY;
  return (load) => {
    restful = load < REST.load ? restful + 1 : 0;
    since += 1;
    const now = used();
    least = Math.min(least, now);
    const hasTime = restful >= REST.seconds || (since >= PAUSE.seconds && load < PAUSE.load);
    if (!hasTime || now < least + WORTH) return;
    collect?.();
    since = 0;
    least = used();
  };
}

function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}
