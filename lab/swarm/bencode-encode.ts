import { INT64 } from "./bencode.ts";

/** What can be encoded. A `string` is written as UTF-8; a dictionary's keys are byte strings as in `BencodeDictionary`. */
export type Bencodable =
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Bencodable[]
  | ReadonlyMap<string, Bencodable>
  | Encoded;

/** A value that is bencode already, written as it is. */
interface Encoded {
  readonly encoded: Uint8Array;
}

/** The canonical bytes of a value: keys sorted as bytes. @throws TypeError for what bencode cannot say exactly. */
export function encode(value: Bencodable): Uint8Array<ArrayBuffer> {
  return concat([...chunksOf(value)]);
}

/** A dictionary for `encode` out of ASCII keys; those that are `undefined` are left out. */
export function dictionary(fields: Record<string, Bencodable | undefined>): Map<string, Bencodable> {
  const entries = Object.entries(fields);
  return new Map(entries.filter((entry): entry is [string, Bencodable] => entry[1] !== undefined));
}

/** The bytes of a `BencodeDictionary` key. @throws TypeError when a character is no byte. */
function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(key.length);
  for (let i = 0; i < key.length; i += 1) {
    const code = key.charCodeAt(i);
    if (code > 0xff) throw new TypeError("a dictionary key is one character a byte");
    bytes[i] = code;
  }
  return bytes;
}

/** Bytes one after the other. */
function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}

const utf8 = new TextEncoder();
const marks = { list: utf8.encode("l"), dictionary: utf8.encode("d"), end: utf8.encode("e") };

function* chunksOf(value: Bencodable): Generator<Uint8Array> {
  if (typeof value === "number" || typeof value === "bigint") yield integerBytes(value);
  else if (typeof value === "string") yield* stringChunks(utf8.encode(value));
  else if (value instanceof Uint8Array) yield* stringChunks(value);
  else if (value instanceof Map) yield* dictionaryChunks(value);
  else if ("encoded" in value) yield value.encoded;
  else yield* listChunks(value as readonly Bencodable[]);
}

function integerBytes(value: number | bigint): Uint8Array {
  const exact = typeof value === "bigint" ? value >= INT64.min && value <= INT64.max : Number.isSafeInteger(value);
  if (!exact) throw new TypeError(`${value} is not an exact 64-bit integer`);
  return utf8.encode(`i${BigInt(value)}e`);
}

function* stringChunks(bytes: Uint8Array): Generator<Uint8Array> {
  yield utf8.encode(`${bytes.length}:`);
  yield bytes;
}

function* listChunks(list: readonly Bencodable[]): Generator<Uint8Array> {
  yield marks.list;
  for (const item of list) yield* chunksOf(item);
  yield marks.end;
}

function* dictionaryChunks(entries: ReadonlyMap<string, Bencodable>): Generator<Uint8Array> {
  yield marks.dictionary;
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [key, value] of sorted) {
    yield* stringChunks(keyBytes(key));
    yield* chunksOf(value);
  }
  yield marks.end;
}
