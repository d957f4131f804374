import fc from "fast-check";
import { expect, test } from "vitest";
import { type Content, spansOf } from "./content.ts";

function filesOf(lengths: readonly number[]): Content["files"] {
  let offset = 0;
  return lengths.map((length, index) => {
    offset += length;
    return { path: [String(index)], length, offset: offset - length, pad: false };
  });
}

test("a range is the bytes of its files in order, and empty files have none", () => {
  const files = filesOf([0, 5, 0, 0, 3, 0]);
  expect(spansOf({ files }, 0, 8)).toEqual([
    { file: 1, position: 0, offset: 0, length: 5 },
    { file: 4, position: 0, offset: 5, length: 3 },
  ]);
  expect(spansOf({ files }, 5, 1)).toEqual([{ file: 4, position: 0, offset: 0, length: 1 }]);
  expect(spansOf({ files }, 8, 1)).toEqual([]);
});

test("spans give the very bytes of any range of any files", () => {
  const lengths = fc.array(fc.nat(20), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lengths, fc.nat(300), fc.nat(300), (lengths, start, length) => {
      const files = filesOf(lengths);
      const all = files.flatMap((file, index) => Array.from({ length: file.length }, (_, byte) => `${index}:${byte}`));
      const got = spansOf({ files }, start, length).flatMap((span) =>
        Array.from({ length: span.length }, (_, byte) => `${span.file}:${span.position + byte}`),
      );
      expect(got).toEqual(all.slice(start, start + length));
    }),
  );
});
