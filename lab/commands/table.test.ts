import { expect, test } from "vitest";
import { table } from "./table.ts";

test("columns are as wide as their widest cell, two spaces apart, without spaces at the end", () => {
  expect(table(["NAME", "STATE"], [["a-long-name", "x"], ["b"]])).toEqual([
    "NAME         STATE",
    "a-long-name  x",
    "b",
  ]);
});

test("numbers stand on the right", () => {
  expect(
    table(
      ["NODE", "BYTES"],
      [
        ["a", "1"],
        ["b", "1234567"],
      ],
      ["BYTES"],
    ),
  ).toEqual(["NODE    BYTES", "a           1", "b     1234567"]);
});

test("a cell is as wide as a terminal shows it", () => {
  const [, wide, plain] = table(
    ["NAME", "SIZE"],
    [
      ["日本", "1"],
      ["e\u0301a", "2"],
    ],
  );
  expect(wide).toBe("日本  1");
  expect(plain).toBe("e\u0301a    2");
});
