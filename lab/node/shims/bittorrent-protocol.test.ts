import { once } from "node:events";
import { expect, test } from "vitest";
import { handshake, MESSAGE, message } from "../peer/test-wire.ts";
import type { Wire } from "../peer/webtorrent-client.ts";
import GuardedWire from "./bittorrent-protocol.ts";

const HASH = "aa".repeat(20);
type Writable = Wire & { write(bytes: Uint8Array): void };

test("what comes along with a handshake is read once somebody listens, and what came after it behind it", async () => {
  const wire = new GuardedWire("tcpIncoming") as unknown as Writable;
  wire.write(Buffer.concat([handshake(HASH), message(MESSAGE.bitfield, Buffer.from([0x80])), Buffer.from([0, 0])]));
  await once(wire, "handshake");
  wire.write(Buffer.from([0, 1, MESSAGE.interested]));
  const said: string[] = [];
  for (const event of ["bitfield", "interested", "unchoke"]) wire.on(event, () => said.push(event));
  wire.listen();
  wire.write(message(MESSAGE.unchoke));
  await once(wire, "unchoke");
  expect(said).toEqual(["bitfield", "interested", "unchoke"]);
  expect(wire.peerPieces.get(0)).toBe(true);
});

test("of the extensions that a peer names only those that we speak are kept, however often it names others", async () => {
  const wire = new GuardedWire("tcpIncoming") as unknown as Writable & { peerExtendedMapping: object };
  (wire as unknown as { use(extension: unknown): void }).use(Known);
  wire.write(handshake(HASH));
  await once(wire, "handshake");
  wire.listen();
  for (let round = 0; round < 3; round += 1) {
    const names = Array.from({ length: 100 }, (_, name) => `4:${round}${String(name).padStart(3, "0")}i7e`).join("");
    wire.write(message(MESSAGE.extended, Buffer.from(`\0d1:md${names}5:knowni3e8:toStringi4eee`)));
    await once(wire, "extended");
  }
  expect(wire.peerExtendedMapping).toEqual({ known: 3 });
});

class Known {
  name = "";
}
Known.prototype.name = "known";

test("who sends much before it can have been heard is ended", async () => {
  const wire = new GuardedWire("tcpIncoming") as unknown as Writable;
  wire.write(handshake(HASH));
  for (let sent = 0; sent < 300; sent += 1) wire.write(Buffer.alloc(1024));
  await once(wire, "finish");
  expect(wire.refused).toMatch(/^broke the protocol: \d+ bytes before it was answered$/);
});
