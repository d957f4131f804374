import { expect, test } from "vitest";
import { dialLimit } from "./webtorrent-client.ts";

test.each([
  [1, 1],
  [20, 20],
  [30, 20],
  [55, 33],
  [1000, 600],
])("a peer that may have %i connections dials until it has %i, and keeps the rest for who comes", (maxPeers, dials) => {
  expect(dialLimit(maxPeers)).toBe(dials);
});
