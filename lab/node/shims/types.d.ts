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
