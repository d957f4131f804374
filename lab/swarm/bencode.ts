/**
 * Bencode (BEP 3), strict: what is accepted here means one thing only. Nothing is allocated from a claimed length,
 * nesting, values and keys are limited, so that hostile bytes cost time and memory in proportion to their own size.
 */

/**
 * A decoded value. Integers are exact: `number` when safe, `bigint` beyond, and refused outside 64 bits. Strings are
 * bytes, as views into the input. Keys are byte strings too, one character a byte (Latin-1), so that any key is data.
 */
export type BencodeValue = number | bigint | Uint8Array | BencodeValue[] | BencodeDictionary;
export type BencodeDictionary = Map<string, BencodeValue>;

export interface Decoded {
  readonly value: BencodeValue;
  /** Bytes that the value took. */
  readonly length: number;
  /** Some dictionary's keys are not in order: odd, but other programs write it. */
  readonly unordered: boolean;
  /** The first key that a dictionary holds twice; the last value is kept. */
  readonly duplicate: string | undefined;
}

export interface BencodeLimits {
  /** Lists and dictionaries inside each other. */
  readonly depth: number;
  /** Values and keys in all. */
  readonly items: number;
  /** Bytes of a key. */
  readonly key: number;
}

/** Room for a torrent of about 60,000 files; the worst input within them takes about 100 MB. */
const bencodeLimits: BencodeLimits = { depth: 100, items: 500_000, key: 4096 };

/** Why bytes are not bencode, and where. */
export class BencodeError extends Error {
  override readonly name = "BencodeError";
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`${reason} at byte ${offset}`);
    this.offset = offset;
  }
}

/** Decodes bytes that are exactly one value. @throws BencodeError */
export function decode(bytes: Uint8Array, limits: BencodeLimits = bencodeLimits): Decoded {
  const decoded = decodePrefix(bytes, limits);
  if (decoded.length < bytes.length) throw new BencodeError("more bytes after the end of the value", decoded.length);
  return decoded;
}

/** Decodes the value at the start of bytes that may go on after it, as `ut_metadata` messages do (BEP 9). @throws BencodeError */
export function decodePrefix(bytes: Uint8Array, limits: BencodeLimits = bencodeLimits): Decoded {
  const reader: Reader = { bytes, limits, at: 0, depth: 0, items: 0, unordered: false, duplicate: undefined };
  const value = readValue(reader);
  return { value, length: reader.at, unordered: reader.unordered, duplicate: reader.duplicate };
}

/**
 * The bytes of one value of the outer dictionary, as they are in the input: an info-hash is made of these, since
 * encoding again changes the hash of valid torrents. `undefined` where the input is no dictionary or lacks the key;
 * the last value where the key is there twice. @throws BencodeError
 */
export function rawValue(
  bytes: Uint8Array,
  key: string,
  limits: BencodeLimits = bencodeLimits,
): Uint8Array | undefined {
  if (bytes[0] !== DICTIONARY) return undefined;
  const reader: Reader = { bytes, limits, at: 1, depth: 1, items: 1, unordered: false, duplicate: undefined };
  let found: Uint8Array | undefined;
  while (!atEnd(reader)) {
    const name = readKey(reader);
    const start = reader.at;
    readValue(reader);
    if (name === key) found = bytes.subarray(start, reader.at);
  }
  return found;
}

/** A byte string as `BencodeDictionary` keys are: one character a byte. */
export function keyOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

const INTEGER = 0x69;
const LIST = 0x6c;
const DICTIONARY = 0x64;
const END = 0x65;
const COLON = 0x3a;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
export const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
/** `-9223372036854775808` is the longest. */
const MAX_DIGITS = 20;

interface Reader {
  readonly bytes: Uint8Array;
  readonly limits: BencodeLimits;
  at: number;
  depth: number;
  items: number;
  unordered: boolean;
  duplicate: string | undefined;
}

function readValue(reader: Reader): BencodeValue {
  countItem(reader);
  switch (reader.bytes[reader.at]) {
    case INTEGER:
      return readInteger(reader);
    case LIST:
      return readNested(reader, readList);
    case DICTIONARY:
      return readNested(reader, readDictionary);
    default:
      return readString(reader);
  }
}

function countItem(reader: Reader): void {
  reader.items += 1;
  if (reader.items > reader.limits.items) throw failure(reader, `more than ${reader.limits.items} values`);
}

function readNested<T>(reader: Reader, read: (reader: Reader) => T): T {
  if (reader.depth >= reader.limits.depth) throw failure(reader, `nested deeper than ${reader.limits.depth}`);
  reader.depth += 1;
  reader.at += 1;
  const value = read(reader);
  reader.depth -= 1;
  return value;
}

function readList(reader: Reader): BencodeValue[] {
  const list: BencodeValue[] = [];
  while (!atEnd(reader)) list.push(readValue(reader));
  return list;
}

function readDictionary(reader: Reader): BencodeDictionary {
  const entries: BencodeDictionary = new Map();
  let previous: string | undefined;
  while (!atEnd(reader)) {
    const key = readKey(reader);
    if (previous !== undefined && key < previous) reader.unordered = true;
    if (entries.has(key)) reader.duplicate ??= key;
    entries.set(key, readValue(reader));
    previous = key;
  }
  return entries;
}

/** Whether the list or dictionary ends here; steps over its end. */
function atEnd(reader: Reader): boolean {
  if (reader.at >= reader.bytes.length) throw failure(reader, "ends inside a list or dictionary");
  if (reader.bytes[reader.at] !== END) return false;
  reader.at += 1;
  return true;
}

function readKey(reader: Reader): string {
  countItem(reader);
  const start = reader.at;
  const bytes = readString(reader);
  if (bytes.length > reader.limits.key) throw new BencodeError(`a key longer than ${reader.limits.key} bytes`, start);
  return keyOf(bytes);
}

function readString(reader: Reader): Uint8Array {
  const { bytes } = reader;
  const start = reader.at;
  let length = 0;
  while (isDigit(bytes[reader.at])) {
    length = length * 10 + (bytes[reader.at] as number) - ZERO;
    reader.at += 1;
  }
  if (reader.at === start) throw failure(reader, start < bytes.length ? "not a value" : "ends where a value should be");
  if (bytes[start] === ZERO && reader.at > start + 1) throw new BencodeError("a length with a leading zero", start);
  if (bytes[reader.at] !== COLON) throw failure(reader, "a length without its colon");
  const end = reader.at + 1 + length;
  if (end > bytes.length) throw new BencodeError("a string longer than the input", start);
  reader.at = end;
  return bytes.subarray(end - length, end);
}

function readInteger(reader: Reader): number | bigint {
  const { bytes } = reader;
  const start = reader.at + 1;
  const first = bytes[start] === MINUS ? start + 1 : start;
  let end = first;
  while (isDigit(bytes[end]) && end - start <= MAX_DIGITS) end += 1;
  if (end === first) throw new BencodeError("an integer without digits", start);
  if (end - start > MAX_DIGITS) throw new BencodeError("an integer beyond 64 bits", start);
  if (bytes[end] !== END) throw new BencodeError("an integer that does not end after its digits", end);
  if (bytes[first] === ZERO && (end > first + 1 || first > start))
    throw new BencodeError("an integer with a leading zero or minus zero", start);
  reader.at = end + 1;
  return exact(keyOf(bytes.subarray(start, end)), start);
}

function exact(digits: string, offset: number): number | bigint {
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return number;
  const big = BigInt(digits);
  if (big < INT64.min || big > INT64.max) throw new BencodeError("an integer beyond 64 bits", offset);
  return big;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

function failure(reader: Reader, reason: string): BencodeError {
  return new BencodeError(reason, reader.at);
}
