import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { decodePrefix } from "../../swarm/bencode.ts";
import { dictionary, encode } from "../../swarm/bencode-encode.ts";
import utMetadata from "./ut_metadata.ts";

/** Keys out of order, as other programs write them; two parts and a bit. */
const info = Buffer.from(`d4:name1:x6:lengthi1e6:pieces40000:${"\xff".repeat(40_000)}e`, "latin1");
const torrentFile = Buffer.concat([Buffer.from("d8:announce1:u4:info"), info, Buffer.from("e")]);

test("gives the info dictionary in parts of 16 KiB, byte for byte as it is in the torrent (BEP 9)", () => {
  const { ask, handshake } = connection();
  expect(handshake).toEqual({ metadata_size: info.length });
  const answers = [0, 1, 2].map((piece) => ask({ msg_type: 0, piece }));
  expect(answers.map(({ said }) => said)).toEqual(
    [0, 1, 2].map((piece) => ({ msg_type: 1, piece, total_size: info.length })),
  );
  const whole = Buffer.concat(answers.map(({ rest }) => rest));
  expect(sha1(whole)).toBe(sha1(info));
});

test.each([-1, 3, 2 ** 40])("rejects part %d, which is not there", (piece) => {
  const { ask } = connection();
  expect(ask({ msg_type: 0, piece })).toEqual({ said: { msg_type: 2, piece }, rest: Buffer.alloc(0) });
});

test("passes over what it did not ask for, and what it does not know", () => {
  const { send, sent } = connection();
  for (const msg_type of [1, 2, 3]) send({ msg_type, piece: 0, total_size: 9 }, "x".repeat(9));
  expect(sent).toEqual([]);
});

function connection() {
  const sent: Uint8Array[] = [];
  const handshake: Record<string, number | string> = {};
  const Extension = utMetadata(torrentFile);
  expect(Extension.prototype.name).toBe("ut_metadata");
  const extension = new Extension({
    extendedHandshake: handshake,
    extended: (_, payload) => sent.push(payload),
  });
  const send = (fields: Record<string, number>, rest = "") =>
    extension.onMessage(Buffer.concat([encode(dictionary(fields)), Buffer.from(rest)]));
  return {
    handshake,
    sent,
    send,
    ask(fields: Record<string, number>) {
      send(fields);
      const answer = Buffer.from(sent.pop() ?? []);
      const { value, length } = decodePrefix(answer);
      return { said: value instanceof Map ? Object.fromEntries(value) : value, rest: answer.subarray(length) };
    },
  };
}

function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}
