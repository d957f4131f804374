import { afterEach, expect, test, vi } from "vitest";
import { atHand } from "./at-hand.fixture.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("what is not at hand is said, and fails where everything is required", () => {
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  vi.stubEnv("LAB_REQUIRE_ALL", undefined);
  expect([atHand("spoon", true), atHand("spoon", false)]).toEqual([true, false]);
  expect(warn.mock.calls).toEqual([["there is no spoon: what needs it is not tested"]]);
  vi.stubEnv("LAB_REQUIRE_ALL", "1");
  expect(atHand("spoon", true)).toBe(true);
  expect(() => atHand("spoon", false)).toThrow("LAB_REQUIRE_ALL is set, but there is no spoon");
});
