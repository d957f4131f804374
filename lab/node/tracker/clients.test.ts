import Client from "bittorrent-tracker/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startTracker, type Tracker } from "./tracker.ts";

/** The client that webtorrent announces with. */

interface Announcer extends Client {
  start(counters: object): void;
  update(counters: object): void;
  complete(counters: object): void;
  stop(counters: object): void;
  scrape(): void;
  destroy(done: () => void): void;
}

let tracker: Tracker;
let clients: Announcer[];
beforeEach(async () => {
  clients = [];
  tracker = await startTracker({ host: "127.0.0.1", port: 0, interval: 60 });
});
afterEach(async () => {
  await Promise.all(clients.map((client) => new Promise<void>((resolve) => client.destroy(() => resolve()))));
  await tracker.close();
});

function client(protocol: "http" | "udp", port: number): Announcer {
  const made = new Client({
    infoHash: "00112233445566778899aabbccddeeff25262b7e",
    peerId: Buffer.from(`-XX0001-${String(port).padStart(12, "0")}`),
    announce: [`${protocol}://127.0.0.1:${tracker.port}/announce`],
    port,
    wrtc: false,
  }) as Announcer;
  clients.push(made);
  return made;
}

/** What the client makes of the tracker's answer; a warning or an error of it fails. */
function answer<T>(from: Announcer, event: string, act: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    from.on("error", reject);
    from.on("warning", reject);
    from.once(event, (value: T) => resolve(value));
    act();
  });
}

test.each(["http", "udp"] as const)("K07: announces and scrapes over %s", async (protocol) => {
  const seeder = client(protocol, 4001);
  const leecher = client(protocol, 4002);
  const first = await answer(seeder, "update", () => seeder.start({ uploaded: 0, downloaded: 0, left: 0 }));
  expect(first).toMatchObject({ complete: 1, incomplete: 0 });
  const peer = await answer<string>(leecher, "peer", () => leecher.start({ uploaded: 0, downloaded: 0, left: 7 }));
  expect(peer).toBe("127.0.0.1:4001");
  const update = () => leecher.update({ uploaded: 0, downloaded: 0, left: 7 });
  expect(await answer(leecher, "update", update)).toMatchObject({ complete: 1, incomplete: 1 });
  const complete = () => leecher.complete({ uploaded: 0, downloaded: 7, left: 0 });
  expect(await answer(leecher, "update", complete)).toMatchObject({ complete: 2, incomplete: 0 });
  const scrape = await answer(seeder, "scrape", () => seeder.scrape());
  expect(scrape).toMatchObject({ complete: 2, incomplete: 0, downloaded: 1 });
  const stop = () => leecher.stop({ uploaded: 0, downloaded: 7, left: 0 });
  expect(await answer(leecher, "update", stop)).toMatchObject({ complete: 1, incomplete: 0 });
});
