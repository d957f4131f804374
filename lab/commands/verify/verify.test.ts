import { expect, test } from "vitest";
import { verdictLines } from "./verify.ts";

const identical = { node: "leecher-1", torrent: "film.bin", verdict: "identical", detail: "1 files" } as const;
const incomplete = { ...identical, node: "leecher-2", verdict: "incomplete" } as const;

test("the last line says what all verdicts come to", () => {
  expect(verdictLines([identical]).at(-1)).toBe("every leecher holds byte-identical files");
  expect(verdictLines([identical, incomplete]).at(-1)).toBe("1 of 2 differ");
});

test("where nobody fetches anything nothing is said to be identical", () => {
  expect(verdictLines([])).toEqual(["there is nothing to verify: nobody fetches anything"]);
});
