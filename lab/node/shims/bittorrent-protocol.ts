import Wire from "bittorrent-protocol";
import { messageOf } from "../../errors.ts";

/** The longest message that makes sense: a block of 128 KiB, or the bitfield of two million pieces. */
const MESSAGE_LIMIT = 256 * 1024;

const REJECT = 0x10;

/**
 * In place of `bittorrent-protocol`: the same wire from its first byte on, but what the other side sends can only end
 * this connection. The stock one buffers whatever length a peer claims, and lets a parser's exception end the process.
 * `refused` says why it was ended. What follows a handshake waits for `listen`: the stock one reads it at once, and who
 * sends its bitfield and its interest along with its handshake is never heard by a torrent that is still being looked up.
 */
export default class GuardedWire extends Wire {
  refused: string | undefined;
  /** A handshake was read, and nobody listens yet. */
  #waits = false;

  /** Reads what came after the handshake, and from now on whatever comes. */
  listen(): void {
    if (!this.#waits || this._finished) return;
    this.#waits = false;
    super._parse(4, this._onMessageLength);
    this.#process(Buffer.concat(this._buffer));
  }

  override _onHandshakeBuffer(handshake: Uint8Array): void {
    super._onHandshakeBuffer(handshake);
    this.#waits = true;
    super._parse(Number.MAX_VALUE, () => {});
  }

  override _parse(size: number, parser: (bytes: Uint8Array) => void): void {
    if (size <= MESSAGE_LIMIT || this._finished) super._parse(size, parser);
    else this.#refuse(`a message of ${size} bytes`);
  }

  /**
   * Parses where the bytes lie: only a message that came in parts is put together. The stock one copies everything that
   * is left over each time that more comes, which costs as much as the rest of a download.
   */
  override _write(data: Uint8Array, done: (error: Error | null) => void): void {
    const missing = this._bufferSize === 0 ? 0 : this._parserSize - this._bufferSize;
    if (missing > data.length) this.#keep(data);
    else {
      if (missing > 0) this.#process(Buffer.concat([...this._buffer, data.subarray(0, missing)]));
      this.#process(data.subarray(missing));
    }
    done(null);
  }

  #process(bytes: Uint8Array): void {
    this._buffer = [bytes];
    this._bufferSize = bytes.length;
    this._processBuffer();
  }

  #keep(bytes: Uint8Array): void {
    this._buffer.push(bytes);
    this._bufferSize += bytes.length;
    if (this.#waits && this._bufferSize > MESSAGE_LIMIT)
      this.#refuse(`${this._bufferSize} bytes before it was answered`);
  }

  /**
   * In one part: a block that follows its header on its own costs a second system call. Numbers that were read are signed:
   * what a peer asked for may come back here below zero.
   */
  override _message(id: number, numbers: readonly number[], data: Uint8Array | null): void {
    if (!data) return super._message(id, numbers, data);
    const header = 5 + 4 * numbers.length;
    const message = Buffer.allocUnsafe(header + data.length);
    message.writeUInt32BE(message.length - 4, 0);
    message[4] = id;
    for (const [at, number] of numbers.entries()) message.writeUInt32BE(number >>> 0, 5 + 4 * at);
    message.set(data, header);
    this._push(message);
  }

  /** With the fast extension every request ends in a block or a reject, also one that was taken back (BEP 6). */
  override _onCancel(piece: number, offset: number, length: number): void {
    const waiting = this.peerRequests.length;
    super._onCancel(piece, offset, length);
    if (this.hasFast && this.peerRequests.length < waiting) this._message(REJECT, [piece, offset, length], null);
  }

  /** Names that we do not speak are of no use, and a peer may send new ones for ever (BEP 10). */
  override _onExtended(kind: number, payload: Uint8Array): void {
    super._onExtended(kind, payload);
    if (kind !== 0) return;
    for (const name of Object.keys(this.peerExtendedMapping))
      if (!Object.hasOwn(this._ext, name)) delete this.peerExtendedMapping[name];
  }

  override _processBuffer(): void {
    try {
      if (this.refused === undefined) super._processBuffer();
      else this.#forget();
    } catch (error) {
      this.#refuse(messageOf(error));
    }
  }

  #refuse(reason: string): void {
    this.refused = `broke the protocol: ${reason}`;
    this.#forget();
    this.destroy();
  }

  #forget(): void {
    this._buffer = [];
    this._bufferSize = 0;
    super._parse(Number.MAX_VALUE, () => {});
  }
}
