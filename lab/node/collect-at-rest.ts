import type { Measures } from "./measures.ts";

/** A node has come to rest when its event loop was this little busy for so many seconds; a MiB a second takes thrice as much. */
const REST = { load: 0.02, seconds: 3 };
/** Bytes that are worth the 30 ms of a collection. */
const WORTH = 8 << 20;

/**
 * Collects garbage in a node that has come to rest; to be told each second's measures. V8 collects when a heap is full,
 * which in a node with little to do takes hours: a leecher that has everything would keep the buffers of its last pieces
 * for as long as it seeds.
 * @param collect what `--expose-gc` gives; without it nothing is done.
 */
export function collectAtRest(collect: (() => unknown) | undefined = globalThis.gc): (measures: Measures) => void {
  let restful = 0;
  let least = Number.POSITIVE_INFINITY;
  return ({ load, memory }) => {
    restful = load < REST.load ? restful + 1 : 0;
    if (memory === null) return;
    least = Math.min(least, memory);
    if (restful < REST.seconds || memory < least + WORTH) return;
    collect?.();
    least = Number.POSITIVE_INFINITY;
  };
}
