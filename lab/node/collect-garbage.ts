import type { Measures } from "./measures.ts";

/** A node has come to rest when its event loop was this little busy for so many seconds; a MiB a second takes thrice as much. */
const REST = { load: 0.02, seconds: 3 };
/** One that never rests, because peers come and go, has this much time left once in so many seconds. */
const PAUSE = { load: 0.5, seconds: 60 };
/** Bytes that are worth the 30 ms of a collection. */
const WORTH = 8 << 20;

/**
 * Collects garbage in a node that has the time for it; to be told each second's measures. V8 collects when a heap is full,
 * which in a node with little to do takes hours: a leecher that has everything would keep the buffers of its last pieces
 * for as long as it seeds, and what is left of peers that are gone would look like a leak.
 * @param collect what `--expose-gc` gives; without it nothing is done.
 */
export function collectGarbage(collect: (() => unknown) | undefined = globalThis.gc): (measures: Measures) => void {
  let restful = 0;
  let since = 0;
  let least = Number.POSITIVE_INFINITY;
  return ({ load, memory }) => {
    restful = load < REST.load ? restful + 1 : 0;
    since += 1;
    if (memory === null) return;
    least = Math.min(least, memory);
    const hasTime = restful >= REST.seconds || (since >= PAUSE.seconds && load < PAUSE.load);
    if (!hasTime || memory < least + WORTH) return;
    collect?.();
    since = 0;
    least = Number.POSITIVE_INFINITY;
  };
}
