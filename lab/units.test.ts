import { expect, test } from "vitest";
import {
  formatBytes,
  formatDuration,
  formatRate,
  parseBytes,
  parseDuration,
  parseRate,
  printable,
  printableJson,
} from "./units.ts";

test.each([
  ["48MiB", 48 * 1024 ** 2],
  ["500 kB", 500_000],
  ["16k", 16 * 1024],
  ["1024", 1024],
  ["1.5GiB", 1.5 * 1024 ** 3],
])("%s is %d bytes", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(["", "-3", "12 parsecs", "1e9", "MiB", "0x10", "99999999999TiB"])("%j is no size", (text) => {
  expect(parseBytes(text)).toBeUndefined();
});

test("rates may be unlimited, and end in /s or not", () => {
  expect(parseRate("2MiB/s")).toBe(2 * 1024 ** 2);
  expect(parseRate("2MiB")).toBe(2 * 1024 ** 2);
  expect(parseRate("unlimited")).toBeNull();
  expect(parseRate("fast")).toBeUndefined();
  expect(parseRate("-3")).toBeUndefined();
});

test("durations are seconds without a unit", () => {
  expect(parseDuration("90")).toBe(90);
  expect(parseDuration("1.5m")).toBe(90);
  expect(parseDuration("200ms")).toBe(0.2);
  expect(parseDuration("soon")).toBeUndefined();
});

test("quantities are short for people, and unlimited is ∞", () => {
  expect([0, 999, 1000, 1024 ** 2, 48 * 1024 ** 2].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "0.98 KiB",
    "1.00 MiB",
    "48.0 MiB",
  ]);
  expect(formatRate(null)).toBe("∞");
  expect([0.04, 9.94, 59.6, 185, 3720, null].map(formatDuration)).toEqual([
    "0.0s",
    "9.9s",
    "1m 00s",
    "3m 05s",
    "1h 02m",
    "∞",
  ]);
});

test("no control, bidirectional or zero-width character of a name reaches a terminal", () => {
  const name = "a\u001b]52;c;aGk=\u0007b\r\n\u202ec\u200bd\u009b1me\ud800";
  expect(printable(name)).toBe("a\\u{1b}]52;c;aGk=\\u{7}b\\u{d}\\u{a}\\u{202e}c\\u{200b}d\\u{9b}1me\\u{d800}");
  expect(printable("déjà vu 😀 a*b?.txt")).toBe("déjà vu 😀 a*b?.txt");
});

test("X08: characters that nobody sees are told", () => {
  const invisible = "\u00ad\u034f\u115f\u1160\u180b\u180e\u180f\u206a\u3164\uffa0\ufff9\ufffb\u{e0001}\u{e0fff}";
  for (const one of invisible) {
    expect(printable(one)).toBe(`\\u{${one.codePointAt(0)?.toString(16)}}`);
    expect(printableJson(one)).toMatch(/^"(\\u[\da-f]{4}){1,2}"$/);
    expect(JSON.parse(printableJson(one))).toBe(one);
  }
  expect(printable("❤️ 한국어")).toBe("❤️ 한국어");
});

test("X08: JSON on a terminal is as safe, and the same value", () => {
  const value = { "a\u009b2J": "\u202ec\u200bd\u007f\u001b[0m\n\ud800 déjà vu 😀" };
  expect(printableJson(value)).toBe('{"a\\u009b2J":"\\u202ec\\u200bd\\u007f\\u001b[0m\\n\\ud800 déjà vu 😀"}');
  expect(JSON.parse(printableJson(value, 2))).toEqual(value);
});
