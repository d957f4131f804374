/** The parts of bittorrent-protocol 5.0.9 that the shim guards. */
declare module "bittorrent-protocol" {
  export default class Wire {
    _finished: boolean;
    _buffer: Uint8Array[];
    _bufferSize: number;
    _parse(size: number, parser: (bytes: Uint8Array) => void): void;
    _processBuffer(): void;
    destroy(): void;
  }
}

/** The parts of bittorrent-tracker 11.2.3's client that `bittorrent-tracker.ts` guards. */
declare module "bittorrent-tracker/client" {
  import type { EventEmitter } from "node:events";

  interface Transport {
    setInterval(ms?: number): void;
    _request(...args: unknown[]): unknown;
  }

  export default class Client extends EventEmitter {
    constructor(options: object);
    readonly _trackers: readonly Transport[];
  }
}
