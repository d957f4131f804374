/** The parts of bittorrent-protocol 5.0.9 that the shim guards. */
declare module "bittorrent-protocol" {
  export default class Wire {
    _finished: boolean;
    _buffer: Uint8Array[];
    _bufferSize: number;
    /** Bytes that the next step of the parser takes. */
    readonly _parserSize: number;
    _write(data: Uint8Array, done: (error: Error | null) => void): void;
    _parse(size: number, parser: (bytes: Uint8Array) => void): void;
    _processBuffer(): void;
    destroy(): void;
  }
}
