import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createUplink, type Lane } from "./uplink.ts";

const BLOCK = 16 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("sends exactly its limit of payload, however many ask", () => {
  const uplink = createUplink();
  const sent = ["a", "b", "c"].map((name) =>
    flood(
      uplink.lane(() => 0),
      name,
      1000,
    ),
  );
  uplink.limit(1 << 20);
  vi.advanceTimersByTime(10_000);
  const bytes = sent.flat().length * BLOCK;
  expectNear(bytes, 10 * (1 << 20));
});

test("tells for how long it has had nothing to send: not while blocks wait, nor while they are held back", () => {
  const uplink = createUplink();
  const lane = uplink.lane(() => 0);
  vi.advanceTimersByTime(1000);
  expect(uplink.idleFor()).toBe(0);
  uplink.limit(BLOCK);
  flood(lane, "a", 3);
  vi.advanceTimersByTime(1500);
  expect(uplink.idleFor()).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(uplink.idleFor()).toBeGreaterThan(9000);
  uplink.limit(0);
  expect(uplink.idleFor()).toBe(0);
});

test("is not idle while a socket that is full takes something, and is when that takes nothing for long", () => {
  const uplink = createUplink();
  const lane = uplink.lane(() => 1 << 20);
  uplink.limit(null);
  flood(lane, "a", 3);
  for (let chunk = 0; chunk < 10; chunk += 1) {
    vi.advanceTimersByTime(200);
    lane.drained();
    expect(uplink.idleFor()).toBe(0);
  }
  vi.advanceTimersByTime(5000);
  expect(uplink.idleFor()).toBe(5000);
});

test("connections take turns, block by block", () => {
  const uplink = createUplink();
  const order: string[] = [];
  flood(
    uplink.lane(() => 0),
    "a",
    4,
    order,
  );
  flood(
    uplink.lane(() => 0),
    "b",
    2,
    order,
  );
  uplink.limit(null);
  expect(order).toEqual(["a", "b", "a", "b", "a", "a"]);
});

test("holds every block back at a limit of zero, also at the start", () => {
  const uplink = createUplink();
  const sent = flood(
    uplink.lane(() => 0),
    "a",
    2,
  );
  vi.advanceTimersByTime(5000);
  expect(sent).toEqual([]);
  uplink.limit(null);
  expect(sent).toHaveLength(2);
  uplink.limit(0);
  const more = flood(
    uplink.lane(() => 0),
    "b",
    1,
  );
  vi.advanceTimersByTime(5000);
  expect(more).toEqual([]);
});

test("a socket that takes nothing holds nobody else up, and goes on when it drains", () => {
  const uplink = createUplink();
  let unsent = 1 << 20;
  const slow = uplink.lane(() => unsent);
  const [stuck, free] = [
    flood(slow, "slow", 1),
    flood(
      uplink.lane(() => 0),
      "free",
      3,
    ),
  ];
  uplink.limit(null);
  expect([stuck.length, free.length]).toEqual([0, 3]);
  unsent = 0;
  slow.drained();
  expect(stuck).toHaveLength(1);
});

test("spends nothing on a block that is not wanted any more", () => {
  const uplink = createUplink();
  const lane = uplink.lane(() => 0);
  const sent: string[] = [];
  lane.add({ length: BLOCK, wanted: () => false, send: () => sent.push("cancelled") });
  lane.add({ length: BLOCK, wanted: () => true, send: () => sent.push("wanted") });
  uplink.limit(1);
  expect(sent).toEqual(["wanted"]);
});

test("an uplink that nobody used does not save its limit up for a burst", () => {
  const uplink = createUplink();
  uplink.limit(1 << 20);
  vi.advanceTimersByTime(60_000);
  const sent = flood(
    uplink.lane(() => 0),
    "a",
    100,
  );
  expect(sent.length * BLOCK).toBeLessThan(0.1 * (1 << 20));
});

test("a new limit holds at once", () => {
  const uplink = createUplink();
  uplink.limit(1);
  const sent = flood(
    uplink.lane(() => 0),
    "a",
    100,
  );
  uplink.limit(1 << 20);
  vi.advanceTimersByTime(1000);
  expectNear(sent.length * BLOCK, 1 << 20);
});

/** As much as that, give or take what fits into the burst that is allowed. */
function expectNear(bytes: number, expected: number): void {
  expect(Math.abs(bytes - expected)).toBeLessThan(0.05 * (1 << 20) + BLOCK);
}

/** @returns what was sent of it. */
function flood(lane: Lane, name: string, blocks: number, sent: string[] = []): string[] {
  for (let block = 0; block < blocks; block += 1)
    lane.add({ length: BLOCK, wanted: () => true, send: () => sent.push(name) });
  return sent;
}
