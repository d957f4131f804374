import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeEach, onTestFinished, test, vi } from "vitest";
import { Client } from "./bittorrent-tracker.ts";

const counters = { uploaded: 0, downloaded: 0, left: 1 };
let client: Client;

/** Its tracker is not there. */
beforeEach(async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  client = new Client({
    infoHash: "1".repeat(40),
    peerId: Buffer.from("-XX0001-____________"),
    port: 6881,
    announce: [`http://127.0.0.1:${port}/announce`],
  });
});

test("announces that failed are forgotten: nobody who leaves waits for them", async () => {
  for (let announce = 0; announce < 3; announce += 1) {
    const failed = once(client, "warning");
    client.update(counters);
    await failed;
  }
  await leaveWithoutWaiting();
});

test("nobody waits for a tracker that does not hear that we leave", async () => {
  client.on("warning", () => {});
  client.stop(counters);
  await leaveWithoutWaiting();
});

/** No timer fires meanwhile: who waits for one never leaves. */
async function leaveWithoutWaiting(): Promise<void> {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  await new Promise<void>((resolve) => client.destroy(() => resolve()));
}
