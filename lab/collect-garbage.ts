import { getHeapStatistics } from "node:v8";
import { loadMeter } from "./load-meter.ts";

/** A program has come to rest when its event loop was this little busy for so many seconds; a MiB a second takes thrice as much. */
const REST = { load: 0.02, seconds: 3 };
/** One that never rests, because peers come and go, has time for a collection now and then, unless it is busier than this. */
const BUSY = 0.5;
/** Bytes that are worth the 25 ms of a collection. */
const WORTH = 8 << 20;

export interface GarbageOptions {
  /** Seconds after which a program that is not at rest collects again. */
  readonly every: number;
  /** Whether it collects as soon as it has come to rest. */
  readonly atRest: boolean;
  /** What `--expose-gc` gives; without it nothing is done. */
  readonly collect?: (() => unknown) | undefined;
  /** Bytes of objects and buffers, alive or not. */
  readonly used?: () => number;
  /** Share of the time since the last call in which the event loop was busy. */
  readonly load?: () => number;
}

/**
 * Collects garbage in a program that has the time for it; to be called once a second. V8 collects when a heap is full,
 * which in a program with little to do takes hours, and counts buffers for little: a leecher that has everything would
 * keep the buffers of its last pieces for as long as it seeds. Where peers come and go, what is long dead would lie between
 * what lives, and memory would grow by 4 KB for each of them, as it does with a leak.
 */
export function collectGarbage({
  every,
  atRest,
  collect = globalThis.gc,
  used = usedBytes,
  load = loadMeter(),
}: GarbageOptions): () => void {
  let [restful, since] = [0, 0];
  let least = Number.POSITIVE_INFINITY;
  return () => {
    const busy = load();
    restful = busy < REST.load ? restful + 1 : 0;
    since += 1;
    const now = used();
    least = Math.min(least, now);
    const hasTime = (atRest && restful >= REST.seconds) || (since >= every && busy < BUSY);
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
