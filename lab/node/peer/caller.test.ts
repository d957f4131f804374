import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";
import { seededBytes, startTestSwarm } from "./test-swarm.ts";
import { callPeer, handshake, MESSAGE, message, uint32 } from "./test-wire.ts";

const BLOCK = 16 * 1024;
const bytes = seededBytes("film", 5 * BLOCK);
const kinds = (messages: readonly { readonly id: number }[]) => messages.map(({ id }) => id);

test.each([
  ["a bitfield of nothing", [message(MESSAGE.bitfield, Buffer.from([0]))]],
  ["no bitfield, as who has nothing may", []],
  ["have-none", [message(MESSAGE.haveNone)]],
  ["an extended handshake", [message(MESSAGE.extended, Buffer.from("\0d1:mdee"))]],
])("a seeder unchokes a caller whose handshake, %s and interest come at once", async (_, said) => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", bytes, { pieceLength: BLOCK });
  const { infoHash } = torrent;
  const seeder = await swarm.start({
    name: "seeder",
    orders: [{ infoHash, duty: "seed" }],
    sources: swarm.source(torrent),
  });
  await seeder.state(infoHash, "seeding");
  const caller = await callPeer(seeder.port);
  caller.send(handshake(infoHash), ...said, message(MESSAGE.interested));
  await vi.waitFor(() => expect(kinds(caller.messages)).toContain(MESSAGE.unchoke), 5000);
  // What we have is said before anything else (BEP 3).
  expect([MESSAGE.bitfield, MESSAGE.haveNone, MESSAGE.haveAll]).toContain(
    kinds(caller.messages).find((id) => id !== MESSAGE.extended),
  );
  caller.close();
});

test("a caller that knows the info-hash alone gets the info dictionary (BEP 9)", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", bytes, { pieceLength: BLOCK });
  const { infoHash } = torrent;
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
  await leecher.state(infoHash, "waiting");
  const caller = await callPeer(leecher.port);
  const said = (text: string) => message(MESSAGE.extended, Buffer.from(text));
  caller.send(handshake(infoHash), said("\0d1:md11:ut_metadatai7eee"), said("\x01d8:msg_typei0e5:piecei0ee"));
  const answer = () => caller.messages.find(({ id, payload }) => id === MESSAGE.extended && payload[0] === 7)?.payload;
  await vi.waitFor(() => expect(answer()).toBeDefined(), 5000);
  const [head, info = ""] =
    answer()
      ?.toString("latin1")
      .split(/(?<=total_sizei\d+ee)/) ?? [];
  expect(head).toMatch(/^\x07d8:msg_typei1e5:piecei0e10:total_sizei\d+ee$/);
  expect(createHash("sha1").update(info, "latin1").digest("hex")).toBe(infoHash);
  caller.close();
});

test.each([
  ["a bitfield", [message(MESSAGE.bitfield, Buffer.from([0xf8]))]],
  ["have-all", [message(MESSAGE.haveAll)]],
  ["a have of each piece", [0, 1, 2, 3, 4].map((piece) => message(MESSAGE.have, uint32(piece)))],
])("a leecher fetches from a caller whose handshake, %s and unchoke come at once", async (_, said) => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", bytes, { pieceLength: BLOCK });
  const { infoHash } = torrent;
  const leecher = await swarm.start({ name: "leecher", orders: [{ infoHash, duty: "fetch" }] });
  await leecher.state(infoHash, "waiting");
  const caller = await callPeer(leecher.port, ({ id, payload }) => {
    if (id !== MESSAGE.request) return;
    const start = payload.readUInt32BE(0) * BLOCK + payload.readUInt32BE(4);
    const block = bytes.subarray(start, start + payload.readUInt32BE(8));
    caller.send(message(MESSAGE.piece, payload.subarray(0, 8), block));
  });
  caller.send(handshake(infoHash), ...said, message(MESSAGE.unchoke));
  await leecher.state(infoHash, "seeding", 5000);
  expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  caller.close();
});
