import { expect, test } from "vitest";
import bencode from "./bencode.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

test("gives plain objects, numbers and byte strings as its users expect them", () => {
  const handshake = bencode.decode(bytes("d1:md6:ut_pexi1ee13:metadata_sizei99e1:v4:teste"));
  expect(handshake).toEqual({ m: { ut_pex: 1 }, metadata_size: 99, v: bytes("test") });
  expect(bencode.decode("d8:msg_typei1e5:piecei0ee")).toEqual({ msg_type: 1, piece: 0 });
  expect(bencode.decode(bytes("4:spam"), "utf8")).toBe("spam");
  expect(bencode.decode(bytes("xx4:spamxx"), 2, 8)).toEqual(bytes("spam"));
});

test("what it gives does not change with the buffer that came in", () => {
  const buffer = Buffer.from("4:spam");
  const value = bencode.decode(buffer);
  buffer.fill(0);
  expect(value).toEqual(bytes("spam"));
});

test.each([
  ["a list that steps back onto itself", "l-3:e"],
  ["an extended handshake that does", "d1:ml-3:eee"],
  ["nothing", ""],
  ["an integer that a number cannot hold", "d8:intervali9223372036854775807ee"],
  ["a key that comes twice", "d8:intervali1e8:intervali2ee"],
  ["a key that changes the prototype", "d9:__proto__d1:ai1eee"],
  ["a key that hides a method", "d1:md1:xd8:toStringi1eeee"],
  ["a hex key that a byte key would become", "d1:\xffi1e2:ffi2ee"],
  ["bytes after the end", "deX"],
])("throws for %s", (_name, text) => {
  expect(() => bencode.decode(bytes(text))).toThrowError();
});

test("a key that is not UTF-8 comes as hex", () => {
  expect(bencode.decode(bytes("d5:filesd2:\xff\x01deee"))).toEqual({ files: { ff01: {} } });
});

test("encodes what its users give it", () => {
  const value = { m: { a: 1 }, yes: true, gone: undefined, none: null, list: [new Uint8Array([65]), "é", null] };
  expect(bencode.encode(value)).toEqual(bytes("d4:listl1:A2:\xc3\xa9e1:md1:ai1ee3:yesi1ee"));
  expect(bencode.encode(new Map([[Buffer.from("k"), new Set([1])]]))).toEqual(bytes("d1:kli1eee"));
  expect(bencode.encode(null)).toEqual(new Uint8Array(0));
  expect(bencode.encodingLength({ a: "bc" })).toBe(bencode.encode({ a: "bc" }).length);
  expect(bencode.encode("ab", new Uint8Array(6), 2)).toEqual(bytes("\0\x002:ab"));
  expect(() => bencode.encode(1.5)).toThrowError(TypeError);
  expect(() => bencode.encode(() => 1)).toThrowError(TypeError);
});
