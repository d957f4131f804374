import { expect, test } from "vitest";
import { playPicture } from "../testing/played-picture.ts";

test("a mark of the first second is still told when thousands of chokes, connections and pieces came after it", () => {
  const { picture, add } = playPicture(0, { leechers: 12, pieces: 400 });
  add("controller", { type: "mark", text: "we begin" });
  const [infoHash = ""] = Object.keys(picture.swarm.torrents);
  for (let i = 0; i < 1000; i += 1) {
    const peer = `leecher-${(i % 12) + 1}`;
    add("seeder-1", { type: "unchoke", torrent: infoHash, peer, optimistic: false });
    add("seeder-1", { type: "choke", torrent: infoHash, peer });
    add("seeder-1", { type: "peer-left", torrent: infoHash, peer });
    add("seeder-1", { type: "peer-connected", torrent: infoHash, peer, address: "127.0.0.1:1", incoming: false });
    add("leecher-1", { type: "have", torrent: infoHash, piece: i % 400, from: [] });
  }
  expect(picture.events.story.map(({ text }) => text)).toContain("we begin");
  expect(picture.events.chatter.length).toBeGreaterThan(100);
  expect(picture.events.chatter.length).toBeLessThan(300);
});

test("an event keeps the words in which it was told: the first copy was the first, however many follow", () => {
  const { picture, add, torrent } = playPicture(0);
  const from = [{ peer: "seeder-1", bytes: 1 }];
  const have = { type: "have", torrent: torrent.info.infoHash, piece: 7, from } as const;
  add("leecher-1", have);
  const told = picture.events.chatter.at(-1);
  add("leecher-2", have);
  expect(told?.text).toBe(
    "leecher-1 completed piece 7 of debian-13.iso from seeder-1, the first copy outside the seeders",
  );
  expect(picture.events.chatter.at(-2)).toEqual(told);
  expect(picture.events.chatter.at(-1)?.text).toBe("leecher-2 completed piece 7 of debian-13.iso from seeder-1");
});
