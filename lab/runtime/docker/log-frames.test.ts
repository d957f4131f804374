import fc from "fast-check";
import { expect, test } from "vitest";
import { justAfter, logLines } from "./log-frames.ts";

const STAMP = "2026-11-21T02:18:05.000000001Z";

function frame(stream: 1 | 2, text: string): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

async function lines(chunks: Buffer[]): Promise<string[]> {
  const all: string[] = [];
  for await (const { stamp, text } of logLines(chunks)) {
    expect(stamp).toBe(STAMP);
    all.push(text);
  }
  return all;
}

test("lines of both streams are told apart though their frames are mixed", async () => {
  const frames = [
    frame(1, `${STAMP} one, fir`),
    frame(2, `${STAMP} two\n`),
    frame(1, `st\n${STAMP} three\r\n`),
    frame(2, `${STAMP} not ended`),
  ];
  expect(await lines(frames)).toEqual(["two", "one, first", "three", "not ended"]);
});

test("frames may be cut anywhere, also within a character", async () => {
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !/[\r\n]/.test(text)));
  const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(texts, cuts, async (wanted, at) => {
      const all = Buffer.concat(wanted.map((text) => frame(1, `${STAMP} ${text}\n`)));
      const edges = [0, ...at.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
      const chunks = edges.slice(1).map((edge, index) => all.subarray(edges[index], edge));
      expect(await lines(chunks)).toEqual(wanted);
    }),
  );
});

test.each([
  ["2026-11-21T02:18:05.000000001Z", "1795227485.000000002"],
  ["2026-11-21T02:18:05.999999999Z", "1795227486.000000000"],
  ["2026-11-21T02:18:05.5Z", "1795227485.500000001"],
  ["2026-11-21T02:18:05Z", "1795227485.000000001"],
  ["2026-11-21T04:18:05.5+02:00", "1795227485.500000001"],
  ["2026-11-20T21:18:05-05:00", "1795227485.000000001"],
])("the moment after %s is %s", (stamp, after) => {
  expect(justAfter(stamp)).toBe(after);
});
