import fc from "fast-check";
import { expect, test } from "vitest";
import { createPicker } from "./picker.ts";

const PIECES = 12;

test("offers the rarest of the pieces that a peer has, whatever came and went", () => {
  fc.assert(
    fc.property(steps(), fc.uniqueArray(piece()), (steps, peerHas) => {
      const picker = createPicker(PIECES);
      const model = new Model();
      for (const [what, piece] of steps) {
        picker[what](piece);
        model[what](piece);
      }
      expect(picker.size).toBe(model.waiting.size);
      const candidates = [...model.waiting].filter((piece) => peerHas.includes(piece));
      const picked = picker.next("rarest", (piece) => peerHas.includes(piece));
      if (candidates.length === 0) expect(picked).toBeUndefined();
      else {
        expect(candidates).toContain(picked);
        expect(picker.availability(picked ?? -1)).toBe(Math.min(...candidates.map((one) => model.held[one] ?? 0)));
      }
      expect(picker.next("sequential", (piece) => peerHas.includes(piece))).toBe(candidates.sort((a, b) => a - b)[0]);
    }),
    { numRuns: 2000 },
  );
});

test("chooses at random among pieces that are equally rare", () => {
  const firsts = new Set(Array.from({ length: 200 }, () => createPicker(PIECES).next("rarest", () => true)));
  expect(firsts.size).toBeGreaterThan(PIECES / 2);
});

test("keeps a random order when all pieces become more available one after the other", () => {
  const firsts = new Set(
    Array.from({ length: 200 }, () => {
      const picker = createPicker(PIECES);
      for (let piece = 0; piece < PIECES; piece += 1) picker.gained(piece);
      return picker.next("rarest", () => true);
    }),
  );
  expect(firsts.size).toBeGreaterThan(PIECES / 2);
});

function piece(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: PIECES - 1 });
}

function steps() {
  const what = fc.constantFrom<("gained" | "lost" | "take" | "putBack")[]>("gained", "lost", "take", "putBack");
  return fc.array(fc.tuple(what, piece()), { maxLength: 80 });
}

class Model {
  readonly held = Array.from({ length: PIECES }, () => 0);
  readonly waiting = new Set(this.held.keys());
  gained(piece: number) {
    this.held[piece] = (this.held[piece] ?? 0) + 1;
  }
  lost(piece: number) {
    this.held[piece] = Math.max(0, (this.held[piece] ?? 0) - 1);
  }
  take(piece: number) {
    this.waiting.delete(piece);
  }
  putBack(piece: number) {
    this.waiting.add(piece);
  }
}
