import type { ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { createGunzip } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { sseParser } from "../../api/sse.ts";
import { emptyModel } from "../../swarm/model.ts";
import { readBatch } from "../picture/batch.ts";
import { unpackPicture } from "../picture/pack.ts";
import { emptyPicture, type Picture, takeLine } from "../picture/picture.ts";
import { simulateSwarm } from "../testing/simulated-swarm.ts";
import { createHub, type Hub } from "./hub.ts";

test("tabs that came at different times, zipped or not, all have the hub's picture", async () => {
  const { hub, say } = openHub();
  const early = openTab(hub);
  say(20);
  const late = openTab(hub, { gzip: false });
  say(20);
  for (const tab of [early, late]) await tab.reaches(hub.picture.swarm.seq);
  expect(early.picture()).toEqual(hub.picture);
  expect(late.picture()).toEqual(hub.picture);
});

test("a tab that was away for a moment gets what it missed and no new picture", async () => {
  const { hub, say } = openHub();
  const stays = openTab(hub);
  const leaves = openTab(hub);
  say(3);
  await leaves.reaches(hub.picture.swarm.seq);
  leaves.response.destroy();
  say(3);
  await stays.reaches(hub.picture.swarm.seq);
  const back = openTab(hub, { lastId: leaves.lastId(), picture: leaves.picture() });
  say(3);
  await back.reaches(hub.picture.swarm.seq);
  expect(back.pictures()).toBe(0);
  expect(back.picture()).toEqual(hub.picture);
});

test("a tab whose place in the stream is not known any more gets a picture", async () => {
  const { hub, say } = openHub();
  say(3);
  const tab = openTab(hub, { lastId: "0.another-run.5" });
  await tab.reaches(hub.picture.swarm.seq);
  expect(tab.pictures()).toBe(1);
});

test("tabs that come one after the other start from one picture, until too much came after it", async () => {
  const { hub, say } = openHub();
  const starts: string[] = [];
  for (let come = 0; come < 12; come += 1) {
    const tab = openTab(hub);
    await tab.reaches(hub.picture.swarm.seq);
    expect(tab.picture()).toEqual(hub.picture);
    starts.push(tab.pictureId());
    say(1);
  }
  expect(new Set(starts.slice(0, 5)).size).toBe(1);
  expect(new Set(starts).size).toBe(2);
});

test("when the controller starts over, so do the tabs", async () => {
  const { hub, say } = openHub();
  const tab = openTab(hub);
  say(3);
  await tab.reaches(hub.picture.swarm.seq);
  const model = { ...emptyModel(), seq: 9_999_999 };
  hub.reset(model);
  await tab.reaches(9_999_999);
  expect(tab.picture().swarm).toEqual(model);
});

test("lines that were seen already change nothing", () => {
  const { hub, lines, say } = openHub();
  say(3);
  const before = structuredClone(hub.picture.swarm);
  for (const line of lines) hub.take(line);
  expect(hub.picture.swarm).toEqual(before);
});

test("a tab hears that the web node is there also while nothing happens in the lab", async () => {
  const { hub } = openHub();
  const tab = openTab(hub);
  await tab.hears("alive");
});

test("a tab that does not read is dropped, and the others are not", async () => {
  const { hub, say } = openHub();
  const stuck = openTab(hub, { reads: false });
  const reads = openTab(hub);
  while (!stuck.response.destroyed) {
    hub.reset(structuredClone(hub.picture.swarm));
    await new Promise(setImmediate);
  }
  say(2);
  await reads.reaches(hub.picture.swarm.seq);
  expect(hub.tabs).toBe(1);
});

function openHub() {
  const hub = createHub({ batchMs: 5, heartbeatMs: 5, mostUnread: 200_000 });
  onTestFinished(() => hub.close());
  const swarm = simulateSwarm({ seed: 3, seeders: 1, leechers: 3, torrents: 1, pieces: 400, pieceLength: 1 << 16 });
  const lines = swarm.start();
  for (const line of lines) hub.take(line);
  const say = (seconds: number) => {
    for (const line of swarm.run(seconds)) {
      lines.push(line);
      hub.take(line);
    }
  };
  return { hub, lines, say };
}

/** A browser's tab: reads the stream and folds what comes. */
function openTab(hub: Hub, { gzip = true, lastId = "", picture = emptyPicture(), reads = true }: TabSettings = {}) {
  const response = new PassThrough({ highWaterMark: 1 << 16 });
  let [shown, last, pictures, pictureId] = [picture, lastId, 0, ""];
  const parse = sseParser();
  const heard = new Set<string>();
  const waiting = new Set<() => void>();
  const until = (check: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => check() && resolve();
      waiting.add(look);
      look();
    });
  const text = gzip ? response.pipe(createGunzip()) : response;
  if (!reads) response.unpipe();
  else
    text.setEncoding("utf8").on("data", (piece: string) => {
      for (const { event, data, id } of parse(piece)) {
        last = id ?? last;
        heard.add(event);
        if (event === "picture") [shown, pictures, pictureId] = [unpackPicture(JSON.parse(data)), pictures + 1, last];
        if (event === "lines") for (const line of readBatch(JSON.parse(data))) takeLine(shown, line);
      }
      for (const check of waiting) check();
    });
  text.on("error", () => {});
  hub.open(response as unknown as ServerResponse, { gzip, lastId, grant: "viewer" });
  return {
    response,
    picture: () => shown,
    pictures: () => pictures,
    lastId: () => last,
    /** Names the picture that it began with. */
    pictureId: () => pictureId,
    reaches: (seq: number) => until(() => shown.swarm.seq >= seq),
    hears: (event: string) => until(() => heard.has(event)),
  };
}

interface TabSettings {
  readonly gzip?: boolean;
  readonly lastId?: string;
  readonly picture?: Picture;
  readonly reads?: boolean;
}
