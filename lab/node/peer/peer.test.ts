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
    settings: { up: 500_000 },
  });
  await seeder.state(infoHash, "seeding");
  const leechers = await Promise.all(
    ["a", "b", "c"].map((name) => swarm.start({ name, orders: [{ infoHash, duty: "fetch" }], settings: { up: 1000_000 } })),
  );
  await Promise.all(leechers.map((leecher) => leecher.state(infoHash, "seeding")));
  for (const leecher of leechers) expect(leecher.downloaded(torrent)).toEqual(torrent.files);
  await new Promise((r) => setTimeout(r, 1500));
  const names = new Map([seeder, ...leechers].map((p) => [p.peerId, p.name]));
  const show = (o: unknown) => JSON.stringify(o, (_, v) => (typeof v === "string" ? (names.get(v) ?? v.slice(0, 60)) : v));
  for (const peer of [seeder, ...leechers]) {
    console.log(peer.name, peer.peerId, peer.stderr());
    for (const fact of peer.facts) if (fact.type !== "have" || fact.piece < 2) console.log("  ", show({ ...fact, torrent: undefined }));
    console.log("  ", show(peer.samples.at(-1)));
    for (const sample of peer.samples) console.log("  ", show(sample.torrents[0]?.peers), sample.load, sample.memory);
  }
  for (const f of swarm.trackerFacts) console.log(show(f));
});
