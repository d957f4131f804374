import { afterEach, expect, test, vi } from "vitest";
import { createHaves, type Listener } from "./haves.ts";

afterEach(() => void vi.useRealTimers());

test("a few peers are told at once", () => {
  const peers = Array.from({ length: 16 }, () => listener());
  const haves = tellTo(peers);
  haves.tell(3);
  expect(peers.map(({ told }) => told)).toEqual(peers.map(() => [3]));
});

test("many peers are told of several pieces at a time, half a second later at the most", () => {
  vi.useFakeTimers();
  const peers = Array.from({ length: 200 }, () => listener());
  const haves = tellTo(peers);
  haves.tell(3);
  vi.advanceTimersByTime(400);
  haves.tell(5);
  expect(peers.every(({ told }) => told.length === 0)).toBe(true);
  vi.advanceTimersByTime(100);
  expect(peers.every(({ told }) => told.join() === "3,5")).toBe(true);
  haves.close();
});

test("whoever wants pieces of us and has this one is not told of it; whoever wants none is, as a super-seed waits for it", () => {
  const [lacks, has, superSeed] = [listener(), listener({ has: [3] }), listener({ has: [3], interested: false })];
  tellTo([lacks, has, superSeed]).tell(3);
  expect([lacks.told, has.told, superSeed.told]).toEqual([[3], [], [3]]);
});

test("a peer that has gone meanwhile is not told, and nothing is after the end", () => {
  vi.useFakeTimers();
  const peers = Array.from({ length: 20 }, () => listener());
  const haves = tellTo(peers);
  haves.tell(3);
  const [gone, ...rest] = peers;
  if (gone) gone.wire.destroyed = true;
  vi.advanceTimersByTime(500);
  expect(gone?.told).toEqual([]);
  haves.tell(4);
  haves.close();
  vi.advanceTimersByTime(500);
  expect(rest.every(({ told }) => told.join() === "3")).toBe(true);
});

function tellTo(listeners: readonly Listener[]) {
  return createHaves(
    () => listeners,
    () => listeners.length,
  );
}

function listener({ has = [] as number[], interested = true } = {}) {
  const told: number[] = [];
  const bits = Uint8Array.from({ length: 8 }, (_, piece) => (has.includes(piece) ? 1 : 0));
  const wire = { destroyed: false, peerInterested: interested, have: (piece: number) => void told.push(piece) };
  return { told, has: bits, wire };
}
