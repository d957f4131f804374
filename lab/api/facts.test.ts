import { expect, test } from "vitest";
import { connectionSample } from "./facts.ts";

test("a connection's row is a name, two counters and flags", () => {
  for (const row of [
    ["", 0, 0, ""],
    ["x".repeat(100), 1, Number.MAX_SAFE_INTEGER, "DdUuK?OSIHXL"],
  ])
    expect(connectionSample.parse(row)).toEqual(row);
});

test.each([
  [["x", 1, 1]],
  [["x", 1, 1, "", 1]],
  [[1, 1, 1, ""]],
  [["x".repeat(101), 1, 1, ""]],
  [["x", -1, 1, ""]],
  [["x", 1, 0.5, ""]],
  [["x", "1", 1, ""]],
  [["x", 1, 2 ** 60, ""]],
  [["x", 1, null, ""]],
  [["x", 1, 1, "Z"]],
  [["x", 1, 1, "D\n"]],
  [["x", 1, 1, null]],
  [{ 0: "x", 1: 1, 2: 1, 3: "", length: 4 }],
  [null],
])("%j is none", (row) => {
  expect(connectionSample.safeParse(row).success).toBe(false);
});
