/** The parts of bittorrent-tracker 11.2.3's client that the peers' shim guards and the tracker's tests call. */
declare module "bittorrent-tracker/client" {
  import type { EventEmitter } from "node:events";

  export interface Transport {
    setInterval(ms?: number): void;
    /** Of requests that have not ended. */
    readonly cleanupFns: unknown[];
    /** While it leaves: ends that if no request is left. */
    readonly maybeDestroyCleanup: (() => void) | null;
    /** One over UDP takes only the announce. */
    _request(url: unknown, announce?: { readonly event?: string }, done?: RequestDone): unknown;
  }

  type RequestDone = (error: Error | null, answer?: unknown) => void;

  interface Counters {
    uploaded: number;
    downloaded: number;
    left: number;
  }

  export default class Client extends EventEmitter {
    constructor(options: object);
    readonly _trackers: readonly Transport[];
    start(counters: Counters): void;
    update(counters: Counters): void;
    complete(counters: Counters): void;
    stop(counters: Counters): void;
    scrape(): void;
    destroy(done: () => void): void;
  }
}
