import { expect, test } from "vitest";
import { collectGarbage } from "./collect-garbage.ts";

const MIB = 1 << 20;

/** How often garbage was collected after each second, given as busy share and private memory in MiB. */
function collections(seconds: readonly (readonly [load: number, memory: number | null])[]): number[] {
  let count = 0;
  const tell = collectGarbage(() => {
    count += 1;
  });
  return seconds.map(([load, memory]) => {
    tell({ load, memory: memory === null ? null : memory * MIB });
    return count;
  });
}

test("a node that grew collects once it has been at rest for three seconds", () => {
  const [busy, rest] = [
    [0.9, 60],
    [0.01, 60],
  ] as const;
  expect(collections([[0.01, 20], busy, busy, rest, rest, rest, rest])).toEqual([0, 0, 0, 0, 0, 1, 1]);
});

test("it collects again only for another 8 MiB, counted from what was left", () => {
  const at = (memory: number) => [0.01, memory] as const;
  expect(collections([at(20), at(20), at(28), at(27), at(34), at(35), at(26), at(33), at(34)])).toEqual([
    0, 0, 1, 1, 1, 2, 2, 2, 3,
  ]);
});

test("one that never rests collects once a minute, unless it is too busy for that", () => {
  const minutes = (load: number) => collections(Array.from({ length: 180 }, (_, i) => [load, 20 + (i % 60)] as const));
  const [some, much] = [minutes(0.2), minutes(0.9)];
  expect([some[58], some[59], some[118], some[119], some.at(-1)]).toEqual([0, 1, 1, 2, 3]);
  expect(much.at(-1)).toBe(0);
});

test("a node that does not grow, or cannot tell its memory, does not", () => {
  const told = (load: number, memory: number | null) => collections(new Array(100).fill([load, memory])).at(-1);
  expect([told(0.01, 20), told(0.2, 20), told(0.01, null)]).toEqual([0, 0, 0]);
});
