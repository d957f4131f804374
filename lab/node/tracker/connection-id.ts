import { randomFillSync } from "node:crypto";

/**
 * UDP connection ids (BEP 15) without a table: a keyed hash over the sender's address and port. The key is random and
 * changes once a minute, and the two before still count, so an id lives for the two minutes that it has to, three at the
 * most, and says nothing to anybody but its owner.
 */
export class ConnectionIds {
  #current = newKey();
  /** The newest first. */
  #previous: readonly Uint32Array[] = [];
  #since: number;

  /** @param now milliseconds, as all others here. */
  constructor(now: number) {
    this.#since = now;
  }

  /** Writes 8 bytes at `offset`. */
  issue(source: Uint32Array, now: number, target: Buffer, offset: number): void {
    this.#rotate(now);
    hash(this.#current, source);
    target.writeInt32BE(high, offset);
    target.writeInt32BE(low, offset + 4);
  }

  /** Whether the 8 bytes at `offset` are an id that this source was given in the last two to three minutes. */
  accepts(source: Uint32Array, now: number, message: Buffer, offset: number): boolean {
    this.#rotate(now);
    const first = message.readInt32BE(offset);
    const second = message.readInt32BE(offset + 4);
    hash(this.#current, source);
    if (first === high && second === low) return true;
    for (const key of this.#previous) {
      hash(key, source);
      if (first === high && second === low) return true;
    }
    return false;
  }

  #rotate(now: number): void {
    const minutes = Math.floor((now - this.#since) / KEY_MS);
    if (minutes < 1) return;
    this.#since += minutes * KEY_MS;
    for (let i = 0; i < Math.min(minutes, PREVIOUS + 1); i += 1) {
      this.#previous = [this.#current, ...this.#previous].slice(0, PREVIOUS);
      this.#current = newKey();
    }
  }
}

const KEY_MS = 60_000;
/** Keys that still count. */
const PREVIOUS = 2;

function newKey(): Uint32Array {
  return randomFillSync(new Uint32Array(2));
}

let high = 0;
let low = 0;
let v0 = 0;
let v1 = 0;
let v2 = 0;
let v3 = 0;

/**
 * HalfSipHash-2-4 (Aumasson & Bernstein) of whole words into `high` and `low`. A cryptographic hash of `node:crypto` would
 * cost as much as all the rest of an announce; this one is made for short inputs and secret keys.
 */
function hash(key: Uint32Array, words: Uint32Array): void {
  const k0 = key[0] ?? 0;
  const k1 = key[1] ?? 0;
  v0 = k0;
  v1 = k1 ^ 0xee;
  v2 = 0x6c796765 ^ k0;
  v3 = 0x74656462 ^ k1;
  for (let i = 0; i < words.length; i += 1) absorb(words[i] ?? 0);
  absorb(words.length << 26);
  v2 ^= 0xee;
  rounds(4);
  high = v1 ^ v3;
  v1 ^= 0xdd;
  rounds(4);
  low = v1 ^ v3;
}

function absorb(word: number): void {
  v3 ^= word;
  rounds(2);
  v0 ^= word;
}

function rounds(count: number): void {
  for (let i = 0; i < count; i += 1) {
    v0 = (v0 + v1) | 0;
    v1 = rotate(v1, 5) ^ v0;
    v0 = rotate(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotate(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotate(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotate(v1, 13) ^ v2;
    v2 = rotate(v2, 16);
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
