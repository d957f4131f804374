import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { misbehave } from "./misbehave.ts";
import type { Peer, Wire } from "./webtorrent-client.ts";

const BLOCK = Buffer.alloc(16_384);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a slow peer answers each request once, with its block or, when that was cancelled, with a reject (BEP 6)", () => {
  const { wire, answers } = slowPeer();
  for (const piece of [0, 1, 2]) wire.piece(piece, 0, BLOCK);
  wire.emit("cancel", 1, 0, BLOCK.length);
  expect(answers).toEqual(["reject 1"]);
  vi.runAllTimers();
  expect(answers).toEqual(["reject 1", "piece 0", "piece 2"]);
});

test("a slow peer that chokes rejects what still waits (BEP 6)", () => {
  const { wire, answers } = slowPeer();
  for (const piece of [0, 1]) wire.piece(piece, 0, BLOCK);
  Object.assign(wire, { amChoking: true });
  vi.runAllTimers();
  expect(answers).toEqual(["reject 0", "reject 1"]);
});

test("without the fast extension nothing is rejected", () => {
  const { wire, answers } = slowPeer({ hasFast: false });
  for (const piece of [0, 1]) wire.piece(piece, 0, BLOCK);
  wire.emit("cancel", 1, 0, BLOCK.length);
  Object.assign(wire, { amChoking: true });
  vi.runAllTimers();
  expect(answers).toEqual([]);
});

function slowPeer({ hasFast = true } = {}) {
  const answers: string[] = [];
  const wire = Object.assign(new EventEmitter(), {
    ...{ hasFast, amChoking: false },
    piece: (piece: number) => answers.push(`piece ${piece}`),
    reject: (piece: number) => answers.push(`reject ${piece}`),
  }) as unknown as Wire;
  misbehave(wire, new EventEmitter() as Peer, () => "slow");
  return { wire, answers };
}
