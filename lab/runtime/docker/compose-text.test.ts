import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { composeText } from "./compose-text.ts";

test("X09: a dollar is never a variable of Compose's", () => {
  expect(composeText({ path: "/$USER/$(id)/$$" })).toBe('path: "/$$USER/$$(id)/$$$$"\n');
});

test.each([
  "yes",
  "on",
  "null",
  "~",
  "0x1F",
  "0o7",
  "1e3",
  "12:30:45",
  "2026-11-21",
  "1_000",
  "<<",
  "a: b",
  "# c",
  "-",
])("the text %j stays text, whichever YAML reads it", (text) => {
  const yaml = composeText({ text });
  for (const version of ["1.1", "1.2"] as const) expect(parse(yaml, { version })).toEqual({ text });
});

test("names of nodes stay text as keys", () => {
  const names = { "2026-11-21": 1, "1-1": 1, "0-7": 1 };
  const yaml = composeText(names);
  for (const version of ["1.1", "1.2"] as const) expect(parse(yaml, { version })).toEqual(names);
});

test("X09: any text comes back as it was", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const back = parse(composeText({ text: [text] }), { version: "1.1" }) as { text: string[] };
      expect(back.text[0]?.replaceAll("$$", "$")).toBe(text);
    }),
  );
});
