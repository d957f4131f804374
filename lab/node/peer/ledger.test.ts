import { expect, test } from "vitest";
import { createLedger } from "./ledger.ts";

const block = (piece: number, offset: number, length = 10) => ({ piece, offset, length });

test("a verified piece names its givers with the bytes that were used", () => {
  const ledger = createLedger();
  const held = {};
  ledger.received("a", block(0, 0), held);
  ledger.received("b", block(0, 10), held);
  ledger.received("b", block(0, 20, 5), held);
  expect(ledger.verified(0)).toEqual([
    { peer: "a", bytes: 10 },
    { peer: "b", bytes: 15 },
  ]);
  expect(ledger).toMatchObject({ downloaded: 25, wasted: 0 });
  expect(ledger.verified(1)).toBeUndefined();
});

test("a block that comes twice, or unasked, is downloaded and wasted", () => {
  const ledger = createLedger();
  const held = {};
  ledger.received("a", block(0, 0), held);
  ledger.received("b", block(0, 0), held);
  ledger.received("c", block(3, 0), null);
  expect(ledger).toMatchObject({ downloaded: 30, wasted: 20 });
  expect(ledger.verified(0)).toEqual([{ peer: "a", bytes: 10 }]);
});

test("a failed piece names its senders once, and the next attempt starts from nothing", () => {
  const ledger = createLedger();
  const [first, second] = [{}, {}];
  ledger.received("a", block(0, 0), first);
  expect(ledger.failed(() => first)).toEqual([]);
  expect(ledger.failed(() => second)).toEqual([{ piece: 0, from: [{ peer: "a", bytes: 10 }] }]);
  expect(ledger.failed(() => second)).toEqual([]);
  ledger.received("b", block(0, 0), second);
  expect(ledger.verified(0)).toEqual([{ peer: "b", bytes: 10 }]);
  expect(ledger).toMatchObject({ downloaded: 20, wasted: 10 });
});

test("samples hold the connections that changed, with totals that outlive a connection", () => {
  const ledger = createLedger();
  ledger.received("a", block(0, 0), {});
  ledger.flags("a", "D");
  ledger.sent("b", 7);
  expect(ledger.connections(false)).toEqual([
    ["a", 10, 0, "D"],
    ["b", 0, 7, ""],
  ]);
  ledger.flags("a", "D");
  expect(ledger.connections(false)).toEqual([]);
  ledger.flags("a", "");
  ledger.sent("a", 3);
  expect(ledger.connections(false)).toEqual([["a", 10, 3, ""]]);
  expect(ledger.connections(true)).toHaveLength(2);
});

test("strangers under ever new ids do not fill the memory", () => {
  const ledger = createLedger();
  for (let i = 0; i < 5000; i += 1) {
    ledger.received(`stranger ${i}`, block(0, 0), null);
    ledger.connections(false);
  }
  expect(ledger.connections(true)).toHaveLength(1000);
  expect(ledger.downloaded).toBe(50_000);
});
