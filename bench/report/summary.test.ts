import { expect, test } from "vitest";
import { type Finding, type Metric, PRODUCT, value } from "../benchmark.ts";
import { quantile, summarise } from "./summary.ts";

const speed: Metric = { name: "speed", unit: "bytes/s", better: "higher" };

function found(program: string, ...values: number[]): Finding[] {
  return values.map((number) => value(program, "speed", number));
}

function verdictOf(metric: Metric, ...findings: Finding[]): string | undefined {
  return summarise([metric], findings)[0]?.verdict;
}

test("a quantile lies between its neighbours in proportion", () => {
  expect([0, 0.25, 0.5, 0.75, 1].map((share) => quantile([40, 10, 30, 20], share))).toEqual([10, 17.5, 25, 32.5, 40]);
  expect(quantile([7], 0.25)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
  const never = Number.POSITIVE_INFINITY;
  expect([0, 0.5, 0.75, 1].map((share) => quantile([1, 2, 3, never, never], share))).toEqual([1, 3, never, never]);
});

test("programs are summed up by median and middle half, anchors with the product's ratio to them", () => {
  const [metric] = summarise([speed], [...found(PRODUCT, 9, 1, 5), ...found("anchor", 10, 2, 4)]);
  expect(metric?.programs).toEqual([
    { program: PRODUCT, values: [9, 1, 5], median: 5, low: 3, high: 7, ratio: null },
    { program: "anchor", values: [10, 2, 4], median: 4, low: 3, high: 7, ratio: 1.25 },
  ]);
});

test("findings of other metrics and rounds that are void do not count", () => {
  const others: Finding[] = [value(PRODUCT, "time", 3), { kind: "void", program: PRODUCT, reason: "busy" }];
  expect(summarise([speed], others)[0]?.programs).toEqual([]);
});

test("a ratio is told only where there is something to divide", () => {
  const ratios = (...all: Finding[]) => summarise([speed], all)[0]?.programs.map(({ ratio }) => ratio);
  expect(ratios(...found("anchor", 4))).toEqual([null]);
  expect(ratios(...found(PRODUCT, 4), ...found("anchor", 0))).toEqual([null, null]);
});

test("gate and aim are judged in the better direction", () => {
  const limits = { gate: { kind: "value", value: 10 }, aim: { kind: "value", value: 20 } } as const;
  const higher = { ...speed, ...limits };
  expect([9, 10, 20].map((number) => verdictOf(higher, ...found(PRODUCT, number)))).toEqual(["missed", "gate", "aim"]);
  const lower: Metric = { ...higher, better: "lower", gate: limits.aim, aim: limits.gate };
  expect([21, 20, 10].map((number) => verdictOf(lower, ...found(PRODUCT, number)))).toEqual(["missed", "gate", "aim"]);
});

test("a gate may be a share of an anchor; without the anchor it stays open", () => {
  const metric: Metric = { ...speed, gate: { kind: "ratio", value: 0.5, anchor: "anchor" } };
  expect(verdictOf(metric, ...found(PRODUCT, 5), ...found("anchor", 10))).toBe("gate");
  expect(verdictOf(metric, ...found(PRODUCT, 4), ...found("anchor", 10))).toBe("missed");
  expect(verdictOf(metric, ...found(PRODUCT, 5), ...found("another", 10))).toBe("open");
  expect(verdictOf(metric, ...found("anchor", 10))).toBe("open");
});

test("ahead means better than every anchor, not as good as one", () => {
  const metric: Metric = { ...speed, gate: { kind: "value", value: 3, ahead: true } };
  expect(verdictOf(metric, ...found(PRODUCT, 5), ...found("a", 4), ...found("b", 4.9))).toBe("gate");
  expect(verdictOf(metric, ...found(PRODUCT, 5), ...found("a", 4), ...found("b", 5))).toBe("missed");
  expect(verdictOf(metric, ...found(PRODUCT, 2), ...found("a", 1))).toBe("missed");
});

test("where there is no anchor nobody knows whether the product is ahead", () => {
  const ahead = { kind: "value", value: 3, ahead: true } as const;
  expect(verdictOf({ ...speed, gate: ahead }, ...found(PRODUCT, 5))).toBe("open");
  expect(verdictOf({ ...speed, gate: ahead }, ...found(PRODUCT, 2))).toBe("missed");
  expect(verdictOf({ ...speed, gate: { kind: "value", value: 3 }, aim: ahead }, ...found(PRODUCT, 5))).toBe("gate");
});
