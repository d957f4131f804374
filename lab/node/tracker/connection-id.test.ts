import { expect, test } from "vitest";
import { ConnectionIds } from "./connection-id.ts";

const source = Uint32Array.of(0x7f000001, 6881);
const other = Uint32Array.of(0x7f000001, 6882);

function issue(ids: ConnectionIds, to: Uint32Array, now: number): Buffer {
  const target = Buffer.alloc(8);
  ids.issue(to, now, target, 0);
  return target;
}

test("an id lives for two minutes at least and three at most, whenever it was issued", () => {
  for (const at of [0, 1, 30_000, 59_999, 60_000, 119_999, 500_000]) {
    const ids = new ConnectionIds(0);
    const id = issue(ids, source, at);
    expect(ids.accepts(source, at + 60_000, id, 0)).toBe(true);
    expect(ids.accepts(source, at + 120_000, id, 0)).toBe(true);
    expect(ids.accepts(source, at + 180_000, id, 0)).toBe(false);
    expect(ids.accepts(source, at + 1_000_000, id, 0)).toBe(false);
  }
});

test("an id is bound to its source and to this tracker", () => {
  const ids = new ConnectionIds(0);
  const id = issue(ids, source, 0);
  expect(ids.accepts(source, 0, id, 0)).toBe(true);
  expect(ids.accepts(other, 0, id, 0)).toBe(false);
  expect(new ConnectionIds(0).accepts(source, 0, id, 0)).toBe(false);
});

test("ids of neighbours have nothing in common", () => {
  const ids = new ConnectionIds(0);
  const seen = new Set<string>();
  let flipped = 0;
  for (let port = 0; port < 1000; port += 1) {
    const [a, b] = [port, port ^ 1].map((value) => issue(ids, Uint32Array.of(1, value), 0).readBigUInt64BE());
    seen.add(String(a));
    flipped += ((a ?? 0n) ^ (b ?? 0n)).toString(2).replaceAll("0", "").length;
  }
  expect(seen.size).toBe(1000);
  expect(flipped / 1000).toBeGreaterThan(30);
  expect(flipped / 1000).toBeLessThan(34);
});
