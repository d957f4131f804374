import { expect, test } from "vitest";
import { createBans } from "./bans.ts";

test("a ban ends after a minute, and each further one lasts twice as long", () => {
  let now = 0;
  const bans = createBans(() => now);
  expect([bans.convict("a"), bans.has("a"), bans.has("b")]).toEqual([{ pieces: 1, seconds: 60 }, true, false]);
  now = 30_000;
  expect(bans.convict("a")).toEqual({ pieces: 2, seconds: 30 });
  now = 60_001;
  expect(bans.has("a")).toBe(false);
  expect(bans.convict("a")).toEqual({ pieces: 3, seconds: 120 });
  for (let i = 0; i < 20; i += 1) {
    now += 10_000_000;
    bans.convict("a");
  }
  now += 3_599_000;
  expect(bans.has("a")).toBe(true);
  now += 2_000;
  expect(bans.has("a")).toBe(false);
});

test("a flood of ids pushes out the oldest", () => {
  const bans = createBans(() => 0);
  for (let i = 0; i <= 1000; i += 1) bans.convict(`peer ${i}`);
  expect([bans.has("peer 0"), bans.has("peer 1"), bans.has("peer 1000")]).toEqual([false, true, true]);
});
