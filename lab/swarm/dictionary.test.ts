import { expect, test } from "vitest";
import { type Dictionary, entry, lookup, put } from "./dictionary.ts";

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "leecher-1"];

test.each(names)("%s is an entry like any other, and none where nobody made it", (name) => {
  const record: Dictionary<object> = {};
  expect(lookup(record, name)).toBeUndefined();
  const made = { name };
  expect(entry(record, name, () => made)).toBe(made);
  expect([lookup(record, name), Object.keys(record)]).toEqual([made, [name]]);
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype);
});

test.each(names)("%s stays one when the record went through JSON", (name) => {
  const record: Dictionary<number> = {};
  put(record, name, 7);
  const copy = JSON.parse(JSON.stringify(record)) as Dictionary<number>;
  expect([lookup(copy, name), lookup({}, name)]).toEqual([7, undefined]);
});
