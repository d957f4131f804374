import { expect, test } from "vitest";
import { BLOCK_LENGTH, createAttempt } from "./attempt.ts";

const LAST = 1000;

test("offers each block once, in order, and again when it was given up", () => {
  const attempt = createAttempt<string>(7, Buffer.alloc(2 * BLOCK_LENGTH + LAST));
  expect(attempt.free()).toBe(0);
  attempt.asked(0, "a");
  attempt.asked(1, "b");
  expect(attempt.free()).toBe(2);
  expect(attempt.range(2)).toEqual({ offset: 2 * BLOCK_LENGTH, length: LAST });
  attempt.asked(2, "a");
  expect(attempt.free()).toBeUndefined();
  attempt.gaveUp(1, "b");
  expect(attempt.free()).toBe(1);
});

test("a block that somebody else still owes is not free", () => {
  const attempt = createAttempt<string>(0, Buffer.alloc(BLOCK_LENGTH));
  attempt.asked(0, "a");
  attempt.asked(0, "b");
  attempt.gaveUp(0, "a");
  expect(attempt.free()).toBeUndefined();
});

test("is complete with the bytes of every block, whoever sent them first", () => {
  const attempt = createAttempt<string>(0, Buffer.alloc(BLOCK_LENGTH + LAST));
  attempt.asked(0, "a");
  attempt.asked(0, "b");
  attempt.asked(1, "a");
  expect(attempt.received(0, "b", Buffer.alloc(BLOCK_LENGTH, "b"))).toEqual(["a"]);
  expect(attempt.received(0, "a", Buffer.alloc(BLOCK_LENGTH, "a"))).toBeUndefined();
  expect(attempt.complete).toBe(false);
  expect(attempt.received(1, "a", Buffer.alloc(LAST, "a"))).toEqual([]);
  expect(attempt.complete).toBe(true);
  expect(Buffer.from(attempt.bytes).toString()).toBe("b".repeat(BLOCK_LENGTH) + "a".repeat(LAST));
});

test("shares what fewest were asked for, never twice with the same, and no more than asked", () => {
  const attempt = createAttempt<string>(0, Buffer.alloc(3 * BLOCK_LENGTH));
  for (const block of [0, 1, 2]) attempt.asked(block, "a");
  attempt.asked(0, "b");
  attempt.received(1, "a", Buffer.alloc(BLOCK_LENGTH));
  expect(attempt.shared("a", 3)).toBeUndefined();
  expect(attempt.shared("c", 3)).toBe(2);
  attempt.asked(2, "c");
  expect(attempt.shared("b", 3)).toBe(2);
  expect(attempt.shared("d", 2)).toBeUndefined();
});
