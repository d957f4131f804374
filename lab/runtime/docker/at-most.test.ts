import { expect, test } from "vitest";
import { atMost } from "./at-most.ts";

test("does so many at a time and no more, and gives the results in order", async () => {
  let [now, most] = [0, 0];
  const doubled = await atMost(3, [5, 1, 4, 2, 3], async (item) => {
    now += 1;
    most = Math.max(most, now);
    for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
    now -= 1;
    return 2 * item;
  });
  expect([doubled, most]).toEqual([[10, 2, 8, 4, 6], 3]);
});

test("has nothing to do where there is nothing", async () => {
  expect(await atMost(3, [], async () => 1)).toEqual([]);
});
