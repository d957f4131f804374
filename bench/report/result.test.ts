import { expect, test } from "vitest";
import { PRODUCT } from "../benchmark.ts";
import { isFaulty, type Result } from "./result.ts";

const good: Result = {
  ...{ name: "hash", title: "SHA-1", form: "short", rounds: 1, settings: {}, date: "2026-11-21T10:00:00Z", seconds: 3 },
  machine: { cores: 2, model: "Model", memory: 2 ** 34, kernel: "6.1", node: "v24.0.0", docker: null },
  ...{ surroundings: { load: 0.5, steal: 0 }, metrics: [], voids: [], missing: [], failure: null },
};
const missing = [{ program: "mktorrent", reason: "it is not installed" }];
const incomplete = [{ program: PRODUCT, reason: "1 of 2 leechers did not complete", incomplete: true as const }];

test("a benchmark that broke off is faulty; in its short form also where an anchor is missing or a program came to no end", () => {
  expect(isFaulty(good)).toBe(false);
  for (const form of ["short", "full"] as const) expect(isFaulty({ ...good, form, failure: "no engine" })).toBe(true);
  for (const change of [{ missing }, { voids: incomplete }]) {
    expect(isFaulty({ ...good, ...change })).toBe(true);
    expect(isFaulty({ ...good, ...change, form: "full" })).toBe(false);
  }
});

test("a busy machine is no fault of a benchmark", () => {
  expect(isFaulty({ ...good, voids: [{ program: PRODUCT, reason: "the machine was 90 % busy" }] })).toBe(false);
});
