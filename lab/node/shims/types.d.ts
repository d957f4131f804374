/** The parts of bittorrent-protocol 5.0.9 that the shim guards. */
declare module "bittorrent-protocol" {
  export default class Wire {
    constructor(type?: string);
    readonly hasFast: boolean;
    /** Asked of us, and not answered yet. */
    readonly peerRequests: readonly object[];
    _finished: boolean;
    _buffer: Uint8Array[];
    _bufferSize: number;
    /** Bytes that the next step of the parser takes. */
    readonly _parserSize: number;
    _write(data: Uint8Array, done: (error: Error | null) => void): void;
    _parse(size: number, parser: (bytes: Uint8Array) => void): void;
    _onHandshakeBuffer(handshake: Uint8Array): void;
    /** The parser of what each message begins with. */
    _onMessageLength(bytes: Uint8Array): void;
    _processBuffer(): void;
    _push(bytes: Uint8Array): void;
    /** What the other side calls its extensions. */
    readonly peerExtendedMapping: Record<string, number>;
    /** Our extensions, by name. */
    readonly _ext: Readonly<Record<string, object>>;
    _onExtended(kind: number, payload: Uint8Array): void;
    _onCancel(piece: number, offset: number, length: number): void;
    /** Sends a message: its id, 32-bit numbers, and what follows them. */
    _message(id: number, numbers: readonly number[], data: Uint8Array | null): void;
    handshake(infoHash: string, peerId: string, extensions: { readonly fast: boolean }): void;
    destroy(): void;
  }
}
