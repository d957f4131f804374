import { expect, test } from "vitest";
import { createEvidence } from "./evidence.ts";

const BLOCK = 4;
const good = Buffer.from("goodGOODgood");
const with_ = (block: number) => {
  const bytes = Buffer.from(good);
  bytes.write("bad!", block * BLOCK);
  return bytes;
};
const [first, second, third] = [0, BLOCK, 2 * BLOCK];

test("the only sender of a piece that failed is guilty", () => {
  const evidence = createEvidence();
  for (const offset of [first, second, third]) evidence.received("liar", 3, offset);
  expect([evidence.failed(3, with_(0)), evidence.isOpen(3)]).toEqual([["liar"], false]);
});

test("of several senders the one whose block differs from the good piece is guilty, and no other", () => {
  const evidence = createEvidence();
  evidence.received("honest", 3, first);
  evidence.received("liar", 3, second);
  evidence.received("too", 3, third);
  expect([evidence.failed(3, with_(1)), evidence.isOpen(3)]).toEqual([[], true]);
  for (const offset of [third, first, second]) evidence.received("seeder", 3, offset);
  expect([evidence.verified(3, good), evidence.isOpen(3)]).toEqual([["liar"], false]);
});

test("what came in several failed attempts is all held against its senders", () => {
  const evidence = createEvidence();
  evidence.received("a", 3, first);
  evidence.received("b", 3, second);
  evidence.received("b", 3, third);
  expect(evidence.failed(3, with_(0))).toEqual([]);
  evidence.received("a", 3, first);
  evidence.received("c", 3, second);
  evidence.received("c", 3, third);
  expect(evidence.failed(3, with_(1))).toEqual([]);
  for (const offset of [first, second, third]) evidence.received("d", 3, offset);
  expect(evidence.verified(3, good)).toEqual(["a", "c"]);
});

test("a piece that verifies at once accuses nobody, and what was thrown away is forgotten", () => {
  const evidence = createEvidence();
  evidence.received("a", 3, first);
  expect([evidence.verified(3, good), evidence.touchedBy("a")]).toEqual([[], []]);
  evidence.received("a", 4, first);
  expect(evidence.touchedBy("a")).toEqual([4]);
  evidence.discarded(4);
  expect([evidence.touchedBy("a"), evidence.failed(4, good)]).toEqual([[], []]);
});
