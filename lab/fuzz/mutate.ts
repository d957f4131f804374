import { parseJson } from "../parse-json.ts";
import type { Random } from "../seeded-random.ts";

/** Numbers at which parsers have broken before. */
const numbers = [
  ...["-1", "0", "1", "-3", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296"],
  ...[
    "9007199254740991",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551616",
    "1e308",
    "-0",
    "01",
    "NaN",
  ],
];
const words = [0, 1, 0x7f, 0x80, 0xff];
/** Strings where a name, a path or a key should be. */
const strings = ["", ".", "..", "/", "a/b", "\0", "__proto__", "constructor", "é", "x".repeat(300)];
/** Values of JSON where another should be. */
const values = [
  ...[null, true, -1, 0, 0.5, 1e308, 2 ** 53, [], {}],
  ...["", "__proto__", "\u001b[2J", "x".repeat(2000), "ab".repeat(20)],
];
const longest = 300_000;

type Mutation = (input: Buffer, random: Random, others: readonly Uint8Array[], tokens: readonly string[]) => Buffer;

/** One to eight small changes of an input that is already interesting. */
export function mutate(
  base: Uint8Array,
  random: Random,
  others: readonly Uint8Array[],
  tokens: readonly string[],
): Buffer {
  let input: Buffer = Buffer.from(base);
  for (let left = 1 + random.below(random.chance(0.2) ? 8 : 3); left > 0; left -= 1)
    input = random.pick(mutations)(input, random, others, tokens);
  return input.subarray(0, longest);
}

const replace = (input: Buffer, from: number, to: number, by: Uint8Array) =>
  Buffer.concat([input.subarray(0, from), by, input.subarray(to)]);

const at = (input: Buffer, random: Random) => random.below(input.length + 1);

/** A stretch that is short most of the time. */
function stretch(input: Buffer, random: Random): [number, number] {
  const from = at(input, random);
  const length = 1 + random.below(random.chance(0.8) ? 8 : Math.max(1, input.length));
  return [from, Math.min(input.length, from + length)];
}

const mutations: readonly Mutation[] = [
  (input, random) => replace(input, at(input, random), at(input, random), Buffer.alloc(0)).subarray(0, longest),
  (input, random) => {
    const [from, to] = stretch(input, random);
    return replace(input, from, to, Buffer.alloc(0));
  },
  (input, random) => {
    const where = at(input, random);
    return replace(input, where, where, random.bytes(1 + random.below(8)));
  },
  (input, random) => {
    const copy = Buffer.from(input);
    const index = random.below(Math.max(1, copy.length));
    if (copy.length > 0)
      copy[index] = random.chance(0.5) ? random.pick(words) : (copy[index] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  (input, random) => {
    const [from, to] = stretch(input, random);
    const times = 1 + random.below(random.chance(0.1) ? 2000 : 4);
    const part = input.subarray(from, to);
    if (part.length * times > longest) return input;
    return replace(input, from, from, Buffer.concat(Array.from({ length: times }, () => part)));
  },
  (input, random) => input.subarray(0, at(input, random)),
  (input, random, others) => {
    const other = random.pick(others);
    return Buffer.concat([input.subarray(0, at(input, random)), other.subarray(random.below(other.length + 1))]);
  },
  (input, random, _, tokens) => {
    if (tokens.length === 0) return input;
    const [from, to] = random.chance(0.5) ? stretch(input, random) : [input.length, input.length];
    return replace(input, from, to, Buffer.from(random.pick(tokens), "latin1"));
  },
  replaceNumber,
  replaceString,
  replaceValue,
  (input, random) => {
    if (input.length < 4) return input;
    const copy = Buffer.from(input);
    copy.writeUInt32BE(
      random.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, input.length]),
      random.below(copy.length - 3),
    );
    return copy;
  },
];

/** A byte string of a bencoded text becomes another, its length with it: what follows can still be read. */
function replaceString(input: Buffer, random: Random, _: readonly Uint8Array[], tokens: readonly string[]): Buffer {
  const found = [...input.toString("latin1").matchAll(/(\d{1,6}):/g)];
  if (found.length === 0) return input;
  const { index, 0: head, 1: length } = random.pick(found);
  const text = Buffer.from(random.pick(random.chance(0.5) || tokens.length === 0 ? strings : tokens), "latin1");
  const by = random.chance(0.8) ? text : random.bytes(1 + random.below(20));
  const end = Math.min(input.length, index + head.length + Number(length));
  return replace(input, index, end, Buffer.concat([Buffer.from(`${by.length}:`), by]));
}

/** A value somewhere in a line of JSON becomes another, or one that stands elsewhere in it: the line can still be read. */
function replaceValue(input: Buffer, random: Random): Buffer {
  const lines = input.toString().split("\n");
  const index = random.below(lines.length);
  const root = parseJson(lines[index] ?? "");
  if (typeof root !== "object" || root === null) return input;
  const places = [...placesIn(root)];
  if (places.length === 0) return input;
  const [owner, key] = random.pick(places);
  const [other, name] = random.pick(places);
  owner[key] = structuredClone(random.chance(0.3) ? other[name] : random.pick(values));
  lines[index] = JSON.stringify(root);
  return Buffer.from(lines.join("\n"));
}

type Owner = Record<string, unknown>;

function* placesIn(value: object): Generator<[Owner, string]> {
  for (const [key, item] of Object.entries(value)) {
    yield [value as Owner, key];
    if (typeof item === "object" && item !== null) yield* placesIn(item);
  }
}

/** A decimal number of the text becomes one of the dangerous ones. */
function replaceNumber(input: Buffer, random: Random): Buffer {
  const found = [...input.toString("latin1").matchAll(/-?\d+/g)];
  if (found.length === 0) return input;
  const { index, 0: digits } = random.pick(found);
  return replace(input, index, index + digits.length, Buffer.from(random.pick(numbers)));
}
