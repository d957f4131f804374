import { expect, test } from "vitest";
import { seededBytes, startTestSwarm } from "./test-swarm.ts";

test("one seeder and three leechers: every byte arrives, and what they report adds up", async () => {
  await using swarm = await startTestSwarm();
  const torrent = swarm.torrent("film.bin", seededBytes("film", 1_000_003));
  const { infoHash } = torrent;
  const seeder = await swarm.start({
    name: "seeder",
    orders: [{ infoHash, duty: "seed" }],
    sources: swarm.source(torrent),
  });
  await seeder.state(infoHash, "seeding");
  const leechers = await Promise.all(
    ["a", "b", "c"].map((name) => swarm.start({ name, orders: [{ infoHash, duty: "fetch" }] })),
  );
  await Promise.all(leechers.map((leecher) => leecher.state(infoHash, "seeding")));
  for (const leecher of leechers) expect(leecher.downloaded(torrent)).toEqual(torrent.files);
});
