import { expect, test } from "vitest";
import { collectGarbage } from "./collect-garbage.ts";

const MIB = 1 << 20;

/** How often garbage was collected after each second, given as busy share and MiB in use; a collection leaves `left` MiB. */
function collections(
  seconds: readonly (readonly [load: number, used: number])[],
  { left = 20, atRest = true } = {},
): number[] {
  let count = 0;
  let [load, used] = [0, 0];
  const tick = collectGarbage({
    every: 20,
    atRest,
    collect: () => {
      count += 1;
      used = left * MIB;
    },
    used: () => used,
    load: () => load,
  });
  return seconds.map(([busy, now]) => {
    load = busy;
    used = now * MIB;
    tick();
    return count;
  });
}

test("a node that grew collects once it has been at rest for three seconds", () => {
  const [busy, rest] = [
    [0.9, 60],
    [0.01, 60],
  ] as const;
  expect(collections([[0.01, 20], busy, busy, rest, rest, rest], { left: 60 })).toEqual([0, 0, 0, 0, 0, 1]);
});

test("it collects again only for another 8 MiB, counted from what was left", () => {
  const at = (used: number) => [0.01, used] as const;
  expect(collections([at(20), at(20), at(28), at(26), at(33), at(34), at(26), at(33), at(34)], { left: 26 })).toEqual([
    0, 0, 1, 1, 1, 2, 2, 2, 3,
  ]);
});

test("one for which rest is no matter collects every twenty seconds", () => {
  const minute = collections(
    Array.from({ length: 60 }, (_, i) => [0.01, 20 + i] as const),
    { atRest: false },
  );
  expect([minute[18], minute[19], minute[39]]).toEqual([0, 1, 2]);
});

test("one that never rests collects every twenty seconds, unless it is too busy for that", () => {
  const minute = (load: number) => collections(Array.from({ length: 60 }, (_, i) => [load, 20 + (i % 20)] as const));
  const [some, much] = [minute(0.2), minute(0.9)];
  expect([some[18], some[19], some[38], some[39], some[59]]).toEqual([0, 1, 1, 2, 3]);
  expect(much.at(-1)).toBe(0);
});

test("a node that does not grow does not", () => {
  const told = (load: number) => collections(new Array(100).fill([load, 20])).at(-1);
  expect([told(0.01), told(0.2)]).toEqual([0, 0]);
});
