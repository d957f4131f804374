import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { httpLatencies, udpLatencies } from "./load.ts";

const load = { torrents: 1, peers: 1000, rate: 200, seconds: 0.1 };

/** How many of the announces were answered, and how many never. */
const answered = (latencies: readonly number[]) => [
  latencies.filter(Number.isFinite).length,
  latencies.filter((latency) => latency === Number.POSITIVE_INFINITY).length,
];

test("announces over UDP that get no answer, or an error, took for ever", async () => {
  const tracker = createSocket("udp4", (packet, { port }) => {
    const isConnect = packet.length === 16;
    const peer = packet.readUInt32BE(12);
    if (!isConnect && peer % 4 === 0) return;
    const answer = Buffer.alloc(20);
    answer.writeUInt32BE(isConnect ? 0 : peer % 4 === 1 ? 3 : 1);
    answer.writeUInt32BE(peer, 4);
    tracker.send(answer, port, "127.0.0.1");
  });
  onTestFinished(() => void tracker.close());
  tracker.bind(0, "127.0.0.1");
  await once(tracker, "listening");
  expect(answered(await udpLatencies(tracker.address().port, load))).toEqual([10, 10]);
});

test("announces over HTTP that are cut off, or refused in either way, took for ever", async () => {
  let peer = 0;
  const tracker = createServer((request, response) => {
    peer += 1;
    if (peer % 4 === 0) request.socket.destroy();
    response.statusCode = peer % 4 === 1 ? 400 : 200;
    response.end(peer % 4 === 2 ? "d14:failure reason2:noe" : "d8:completei1ee");
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void tracker.close());
  await once(tracker, "listening");
  const address = tracker.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  expect(answered(await httpLatencies(port, load))).toEqual([5, 15]);
});
