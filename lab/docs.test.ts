import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { targets } from "./fuzz/targets.ts";

const root = join(import.meta.dirname, "..");
const faults = readFileSync(join(root, "docs/faults.md"), "utf8");

/** Faults that a release may not have. */
const RELEASE =
  "L01 L03 L04 L06 L07 L08 L09 L11 L12 L13 L14 L15 L17 L22 S01 S02 S03 S04 S05 S07 S08 S09 S11 S18 " +
  "T01 T02 T03 T04 T05 T06 T08 T09 T10 T11 T12 T13 T16 T17 T18 T19 K01 K02 K03 K04 K07 " +
  "X01 X02 X04 X05 X06 X07 X08 X09 X10 X11 X12 R01 R03 R04 R08";

interface Row {
  readonly id: string;
  readonly cells: readonly string[];
  readonly tests: readonly { readonly file: string; readonly name: string }[];
}

const rows = faults
  .split("\n")
  .filter((line) => /^\| [A-Z]\d\d \|/.test(line))
  .map((line): Row => {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { id: cells[0] ?? "", cells, tests: testsIn(line) };
  });

/** `FILE`: `NAME`, `NAME`; … */
function testsIn(line: string): Row["tests"] {
  return [...line.matchAll(/`(lab\/[^`]+\.ts)`: ((?:`[^`]+`(?:, )?)+)/g)].flatMap(([, file = "", names = ""]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => ({ file, name })),
  );
}

/** Where a test, or a case in a table of tests, has its name: neither in a comment nor in the middle of a line. */
function titleOf(name: string): RegExp {
  const call = /(?!\s*(?:\/\/|\*)).*\b(?:test|describe|whereFast)\b[^/]*\(/.source;
  return new RegExp(`^(?:${call}|\\s*\\]\\)\\(|\\s*\\[?)["'\`]${name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "m");
}

test("a name counts where a test or a case has it, and not in a comment or a text", () => {
  const titles = [
    'test("N1: a',
    "  describe.each(many)('N1: a",
    "test.runIf(x)(\n  `N1: a",
    '  ["N1: a", 1],',
    '  "N1: a": 1,',
  ];
  for (const title of titles) expect(title).toMatch(titleOf("N1: a"));
  const others = [
    '// test("N1: a',
    ' * describe("N1: a',
    'expect(x).toBe("N1: a',
    'test("else"); // "N1: a',
    '// "N1: a"',
  ];
  for (const other of others) expect(other).not.toMatch(titleOf("N1: a"));
});

test("the table of faults has a row of five cells with a test for each that a release may not have", () => {
  for (const id of RELEASE.split(" ")) {
    const found = rows.filter((row) => row.id === id);
    expect([id, found.length, found[0]?.cells.length]).toEqual([id, 1, 5]);
    expect([id, found[0]?.tests.length], id).not.toEqual([id, 0]);
    expect(found[0]?.cells[4], id).toMatch(/\w{3}/);
  }
});

test.each(rows.flatMap(({ id, tests }) => tests.map(({ file, name }) => [id, file, name] as const)))(
  "%s: %s has a test that is called %s",
  (_, file, name) => {
    expect(readFileSync(join(root, file), "utf8").replaceAll('\\"', '"')).toMatch(titleOf(name));
  },
);

test.each(targets.map(({ name }) => name))("the fuzz target %s has a row that says how it was seen to fail", (name) => {
  const row = faults.split("\n").find((line) => line.startsWith(`| \`npm run fuzz -- ${name}\` |`));
  expect(row?.split("|").at(-2)).toMatch(/\w{3}/);
});
