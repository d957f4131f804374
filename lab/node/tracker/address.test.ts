import { expect, test } from "vitest";
import { formatKey, parseAddress, peerKey, writeCompact } from "./address.ts";

test.each([
  ["0.0.0.0", "0.0.0.0:6881"],
  ["127.0.0.1", "127.0.0.1:6881"],
  ["255.255.255.255", "255.255.255.255:6881"],
  ["::ffff:10.1.2.3", "10.1.2.3:6881"],
  ["::", "[0:0:0:0:0:0:0:0]:6881"],
  ["::1", "[0:0:0:0:0:0:0:1]:6881"],
  ["2001:db8::ff00:42:8329", "[2001:db8:0:0:0:ff00:42:8329]:6881"],
  ["fe80::1%eth0", "[fe80:0:0:0:0:0:0:1]:6881"],
  ["1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:6881"],
])("%s is read, kept and written as %s", (text, expected) => {
  const address = parseAddress(text);
  expect(address).toBeDefined();
  if (address !== undefined) expect(formatKey(peerKey(address, 6881))).toBe(expected);
});

test.each(["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "a.b.c.d", "1:2:3", "::1::2:3:4:5:6:7:8", "x::"])(
  "%j is no address",
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);

test("compact form is network order (BEP 23, BEP 7)", () => {
  const target = Buffer.alloc(18);
  writeCompact(peerKey(0xc0a80102, 0x1ae1), target, 0);
  expect(target.toString("hex", 0, 6)).toBe("c0a801021ae1");
  writeCompact(peerKey([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xff], 0x1ae1), target, 0);
  expect(target.toString("hex")).toBe("20010db80000000000000000000000ff1ae1");
});
