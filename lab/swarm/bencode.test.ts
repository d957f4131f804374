import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BencodeValue, decode, decodePrefix, keyOf, rawValue } from "./bencode.ts";
import { type Bencodable, dictionary, encode } from "./bencode-encode.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const decodeText = (text: string) => decode(bytes(text));

const notBencode: Record<string, string[]> = {
  "ends too early": ["", "i", "i10", "i-", "l2:..", "d1000", "li1e", "d", "l", "1", "d1:a", "d1:ai1e", "1:", "l1:"],
  "is no value": ["e", "f", "-", ":", " i1e", "\0", "x"],
  "is an integer without digits": ["ie", "i-e"],
  "is an integer with a leading zero or minus zero": ["i01e", "i-0e", "i04e", "i-03e", "i00e"],
  "is no decimal integer": ["i1.5e", "i+5e", "i35412-5633e", "i6z4e", "i92337203t854775807e", "i 5e", "i--5e", "i0x5e"],
  "is an integer beyond 64 bits": [
    "i18446744073709551615e",
    "i184467440737095516154e",
    "i9223372036854775808e",
    "i-9223372036854775809e",
    `i${"9".repeat(100_000)}e`,
  ],
  "is a string longer than the input": [
    "4:boa",
    "100:..",
    "d1000:..e",
    "99999999:foobar",
    "18446744073709551615:foobar",
    "99999999999999999999:boat",
    "d1:a9205357638345293824:11111",
    "d1:a18446744073709551615:1e",
    "d9205357638345293824:11111",
    "l9205357638345293824:11111",
    "9205357638345293824:11111",
  ],
  "has a length that is not plain digits": ["-10:foobar", "l-3:e", "d-3:i1ee", "d1:a-3:e", "06:foobar", "00:", "+1:a"],
  "has a length without a colon": ["1", "3abc", "d2", "l1e", "i6220\u0000:00{e"],
  "has a key that is no string or has no value": ["di5e1:ae", "di2ei0ee", "d1:ai1e1:be", "df00:", "dle1:ae"],
  "goes on after its end": ["i1ei2e", "lee", "dee", "1:ab", "i1e\n"],
};

describe.each(Object.entries(notBencode))("refuses what %s", (_reason, inputs) => {
  test.each(inputs.map((input) => [input.slice(0, 40), input]))("%j", (_short, input) => {
    expect(() => decodeText(input)).toThrowError(/ at byte \d+$/);
  });
});

test("T18: freezes on none of the inputs that step npm's decoder back onto itself", () => {
  for (const input of ["l-3:e", "l-3:aaae", "d1:ml-3:eee", "ld-3:eee"]) expect(() => decodeText(input)).toThrowError();
});

test.each([
  ["i0e", 0],
  ["i-1e", -1],
  ["i9007199254740991e", Number.MAX_SAFE_INTEGER],
  ["i9007199254740993e", 9007199254740993n],
  ["i9223372036854775807e", 9223372036854775807n],
  ["i-9223372036854775808e", -9223372036854775808n],
])("reads %s exactly", (text, value) => {
  expect(decodeText(text).value).toBe(value);
  expect(encode(value)).toEqual(bytes(text));
});

test.each([
  ["le", []],
  ["de", new Map()],
  ["0:", bytes("")],
  ["4:spam", bytes("spam")],
  ["l4:spami3ee", [bytes("spam"), 3]],
  [
    "d3:cow3:moo4:spaml1:aee",
    new Map<string, BencodeValue>([
      ["cow", bytes("moo")],
      ["spam", [bytes("a")]],
    ]),
  ],
] as [string, BencodeValue][])("reads %s", (text, value) => {
  expect(decodeText(text)).toEqual({ value, length: text.length, unordered: false, duplicate: undefined });
});

test("flags keys out of order and keys that come twice, at any depth", () => {
  expect(decodeText("d2:bai1e2:aai2ee")).toMatchObject({ unordered: true, duplicate: undefined });
  expect(decodeText("ld2:aai1e2:aai2eee")).toMatchObject({ unordered: false, duplicate: "aa" });
});

test("compares keys as bytes, not as UTF-16", () => {
  const astral = Buffer.from("😀").toString("latin1");
  const privateUse = Buffer.from("\uffee").toString("latin1");
  const text = `d3:${privateUse}i1e4:${astral}i2ee`;
  expect(decodeText(text).unordered).toBe(false);
  expect(encode(decodeText(text).value)).toEqual(bytes(text));
});

test("takes __proto__ as any other key", () => {
  const { value } = decodeText("d9:__proto__d8:pollutedi1ee11:constructori2ee");
  expect(value).toEqual(
    new Map<string, BencodeValue>([
      ["__proto__", new Map([["polluted", 1]])],
      ["constructor", 2],
    ]),
  );
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});

test("keeps keys that are no UTF-8 byte for byte", () => {
  const key = Uint8Array.from({ length: 20 }, (_, i) => 0xf0 + i);
  const input = encode(new Map([[keyOf(key), 1]]));
  expect(input).toEqual(new Uint8Array([0x64, 0x32, 0x30, 0x3a, ...key, 0x69, 0x31, 0x65, 0x65]));
  expect([...(decode(input).value as Map<string, BencodeValue>).keys()]).toEqual([keyOf(key)]);
});

test.each([101, 20_000, 1_000_000])("refuses %i lists inside each other", (depth) => {
  expect(() => decodeText("l".repeat(depth) + "e".repeat(depth))).toThrowError("nested deeper than 100");
  expect(() => decodeText("d1:a".repeat(depth))).toThrowError("nested deeper than 100");
});

test("reads 100 lists inside each other", () => {
  expect(decodeText("l".repeat(100) + "e".repeat(100)).length).toBe(200);
});

test("refuses more values than the limit", () => {
  expect(() => decodeText(`l${"i0e".repeat(2_000_000)}e`)).toThrowError("more than 500000 values");
  expect(() => decodeText(`d${"0:0:".repeat(300_000)}e`)).toThrowError("more than 500000 values");
  expect(() => decode(bytes("d1:a0:e"), { depth: 9, items: 2, key: 9 })).toThrowError("more than 2 values");
});

test("refuses a key longer than the limit", () => {
  expect(() => decodeText(`d5000:${"k".repeat(5000)}i1ee`)).toThrowError("a key longer than 4096 bytes at byte 1");
});

test("decodePrefix says how many bytes the value took", () => {
  expect(decodePrefix(bytes("d8:msg_typei1eeTRAILER"))).toMatchObject({ length: 15 });
  expect(decodePrefix(bytes("2:abc")).length).toBe(4);
});

test("rawValue gives the bytes of a key's value as they are", () => {
  const input = bytes("d1:ai1e4:infod2:bai1e2:aai2eee");
  expect(rawValue(input, "info")).toEqual(bytes("d2:bai1e2:aai2ee"));
  expect(rawValue(input, "aa")).toBeUndefined();
  expect(rawValue(bytes("l4:infoe"), "info")).toBeUndefined();
});

test("rawValue is not fooled by a key inside another value", () => {
  expect(rawValue(bytes("d1:a9:4:infoi1e4:infoi2ee"), "info")).toEqual(bytes("i2e"));
});

test("encodes canonically and says what it cannot encode", () => {
  expect(encode(dictionary({ b: "é", a: [1, -0, 2n], gone: undefined }))).toEqual(
    bytes("d1:ali1ei0ei2ee1:b2:\xc3\xa9e"),
  );
  for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2n ** 63n])
    expect(() => encode(value)).toThrowError(TypeError);
  expect(() => encode(new Map([["é€", 1]]))).toThrowError(TypeError);
});

const bencodable: fc.Arbitrary<Bencodable> = fc.letrec<{ value: Bencodable }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.maxSafeInteger(),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc
      .array(fc.tuple(fc.uint8Array({ maxLength: 8 }).map(keyOf), tie("value")), { maxLength: 5 })
      .map((e) => new Map(e)),
  ),
})).value;

test("what was encoded decodes to the same, and encodes to the same bytes again", () => {
  fc.assert(
    fc.property(bencodable, (value) => {
      const once = encode(value);
      const decoded = decode(once);
      expect(decoded).toMatchObject({ unordered: false, duplicate: undefined });
      expect(decoded.value).toEqual(value);
      expect(encode(decoded.value)).toEqual(once);
    }),
  );
});

test("mutated bencode is decoded or refused, never anything else", () => {
  const seed = encode(
    dictionary({ info: dictionary({ name: "x", pieces: "0".repeat(20), files: [1, [2]] }), m: "12" }),
  );
  const edit = fc.tuple(fc.nat(seed.length - 1), fc.constantFrom(...bytes("0123456789-:eild\0\xff")));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
      const input = seed.slice();
      for (const [at, byte] of edits) input[at] = byte;
      expectDecodedOrRefused(input);
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), expectDecodedOrRefused), { numRuns: 2000 });
});

function expectDecodedOrRefused(input: Uint8Array): void {
  try {
    const { value } = decode(input);
    expect(decode(encode(value)).value).toEqual(value);
  } catch (error) {
    expect(error).toMatchObject({ name: "BencodeError" });
  }
}
