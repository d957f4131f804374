import fc from "fast-check";
import { expect, test } from "vitest";
import { choosePieceLength, isPieceLength } from "./piece-length.ts";

const KIB = 1024;
const MIB = KIB * KIB;

test.each([
  [1, 16 * KIB],
  [4 * MIB, 16 * KIB],
  [4 * MIB + 1, 32 * KIB],
  [64 * MIB, 256 * KIB],
  [1024 * MIB, 4 * MIB],
  [4096 * MIB, 16 * MIB],
  [50_000 * MIB, 16 * MIB],
])("%i bytes make pieces of %i", (length, pieceLength) => {
  expect(choosePieceLength(length)).toBe(pieceLength);
});

test("is the smallest that gives at most 256 pieces", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4096 * MIB }), (length) => {
      const chosen = choosePieceLength(length);
      expect(isPieceLength(chosen)).toBe(true);
      expect(Math.ceil(length / chosen)).toBeLessThanOrEqual(256);
      if (chosen > 16 * KIB) expect(Math.ceil(length / (chosen / 2))).toBeGreaterThan(256);
    }),
  );
});

test("users may ask for powers of two from 16 KiB to 16 MiB", () => {
  expect([16 * KIB, MIB, 16 * MIB].every(isPieceLength)).toBe(true);
  expect([0, -16384, 8 * KIB, 24 * KIB, 32 * MIB, Number.NaN, 16384.5].some(isPieceLength)).toBe(false);
});
