/** Which pieces a peer has. On the wire, in JSON and in memory the first piece is the highest bit of the first byte (BEP 3). */
export class Bitfield {
  readonly length: number;
  readonly bytes: Uint8Array;
  #count: number;

  /** @param length pieces. @param bytes at least ⌈length / 8⌉ bytes; copied, spare bits are cleared. */
  constructor(length: number, bytes?: Uint8Array) {
    this.length = length;
    this.bytes = new Uint8Array(Math.ceil(length / 8));
    if (bytes) this.bytes.set(bytes.subarray(0, this.bytes.length));
    const spare = this.bytes.length * 8 - length;
    const last = this.bytes.length - 1;
    if (spare > 0 && last >= 0) this.bytes[last] = (this.bytes[last] ?? 0) & (0xff << spare);
    this.#count = this.bytes.reduce((sum, byte) => sum + ones(byte), 0);
  }

  static full(length: number): Bitfield {
    return new Bitfield(length, new Uint8Array(Math.ceil(length / 8)).fill(0xff));
  }

  /** @param hex as `toHex` gives it; missing digits count as zero. */
  static fromHex(length: number, hex: string): Bitfield {
    const bytes = new Uint8Array(Math.ceil(length / 8));
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16) || 0;
    return new Bitfield(length, bytes);
  }

  /** Pieces that are set. */
  get count(): number {
    return this.#count;
  }

  get complete(): boolean {
    return this.#count === this.length;
  }

  has(piece: number): boolean {
    return ((this.bytes[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
  }

  /** Sets a piece; `false` if it was set or is out of range. */
  add(piece: number): boolean {
    if (piece < 0 || piece >= this.length || this.has(piece)) return false;
    this.bytes[piece >> 3] = (this.bytes[piece >> 3] ?? 0) | (0x80 >> (piece & 7));
    this.#count += 1;
    return true;
  }

  toHex(): string {
    let hex = "";
    for (const byte of this.bytes) hex += byte.toString(16).padStart(2, "0");
    return hex;
  }
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
