import { type BencodeLimits, type BencodeValue, decode as decodeStrictly, keyOf } from "../../swarm/bencode.ts";
import { type Bencodable, encode as encodeStrictly } from "../../swarm/bencode-encode.ts";

/**
 * Stands in for the npm package `bencode` (4.x) wherever dependencies of the node programs decode what a peer or a
 * tracker sent. It throws for all that our strict decoder refuses, and for what those callers cannot take: integers that
 * a `number` does not hold exactly, keys that come twice, and keys such as `toString` or `__proto__`, which would shadow
 * what JavaScript objects own.
 *
 * Callers get plain objects, `Uint8Array` strings and `number`s; a key that is not UTF-8 comes as hex, as from upstream.
 */

/** Wire messages are 1 MiB at the most; a torrent has about ten values a file. */
const limits: BencodeLimits = { depth: 100, items: 500_000, key: 4096 };

/** `decode(data[, start[, end]][, encoding])`: with an encoding, strings come as text. */
const decode = Object.assign(decodeBytes, { bytes: 0 });

/** `encode(value[, buffer[, offset]])`: absent values are left out, booleans are 1 and 0. */
const encode = Object.assign(encodeValue, { bytes: -1 });

/** Bytes that `encode` takes for a value. */
function encodingLength(value: unknown): number {
  return toBytes(value).length;
}

/** Users of the package import its default. */
export default { decode, encode, encodingLength, byteLength: encodingLength };

type PlainObject = Record<string, unknown>;

const utf8 = new TextEncoder();
const text = new TextDecoder("utf-8", { ignoreBOM: true });
const strictText = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const ownedByObjects = new Set(Object.getOwnPropertyNames(Object.prototype));

function decodeBytes(data: Uint8Array | string, ...options: (number | string | undefined)[]): unknown {
  const [start, end] = options.filter((option) => typeof option === "number");
  const asText = options.some((option) => typeof option === "string");
  // A copy: what callers keep must not change with the network buffer that it came in.
  const bytes = typeof data === "string" ? utf8.encode(data) : new Uint8Array(data.subarray(start, end));
  const { value, length, duplicate } = decodeStrictly(bytes, limits);
  if (duplicate !== undefined) throw new Error("a dictionary has a key twice");
  decode.bytes = length;
  return toPlain(value, asText);
}

function toPlain(value: BencodeValue, asText: boolean): unknown {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") throw new Error(`the integer ${value} is too large`);
  if (value instanceof Uint8Array) return asText ? text.decode(value) : value;
  if (Array.isArray(value)) return value.map((item) => toPlain(item, asText));
  const plain: PlainObject = {};
  for (const [key, item] of value) {
    const name = toName(key);
    if (ownedByObjects.has(name) || Object.hasOwn(plain, name)) throw new Error("a dictionary has a key that clashes");
    plain[name] = toPlain(item, asText);
  }
  return plain;
}

function toName(key: string): string {
  const bytes = Buffer.from(key, "latin1");
  try {
    return strictText.decode(bytes);
  } catch {
    return bytes.toString("hex");
  }
}

function encodeValue(value: unknown, buffer?: Uint8Array, offset = 0): Uint8Array {
  const bytes = toBytes(value);
  encode.bytes = bytes.length;
  if (!buffer) return bytes;
  buffer.set(bytes, offset);
  return buffer;
}

function toBytes(value: unknown): Uint8Array {
  const bencodable = toBencodable(value);
  return bencodable === undefined ? new Uint8Array(0) : encodeStrictly(bencodable);
}

function toBencodable(value: unknown): Bencodable | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "string") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (Array.isArray(value) || value instanceof Set)
    return [...value].map(toBencodable).filter((item) => item !== undefined);
  if (value instanceof Map) return toDictionary(value);
  if (!isObject(value)) throw new TypeError(`bencode has no ${typeof value}`);
  return toDictionary(Object.entries(value));
}

function toDictionary(entries: Iterable<[unknown, unknown]>): Bencodable {
  const dictionary = new Map<string, Bencodable>();
  for (const [key, value] of entries) {
    const item = toBencodable(value);
    if (item !== undefined) dictionary.set(keyOf(key instanceof Uint8Array ? key : utf8.encode(String(key))), item);
  }
  return dictionary;
}

function isObject(value: unknown): value is PlainObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
