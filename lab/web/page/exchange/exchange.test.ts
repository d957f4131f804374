import { expect, test } from "vitest";
import { emptyPicture, takeLine } from "../../picture/picture.ts";
import { playPicture } from "../../testing/played-picture.ts";
import { simulateSwarm } from "../../testing/simulated-swarm.ts";
import { peerParts } from "../state/peers.ts";
import { chokeLanesOf } from "./choke-lanes.ts";
import { exchangeOf } from "./matrix.ts";

const swarm = simulateSwarm({ seed: 6, seeders: 1, leechers: 4, torrents: 1, pieces: 50 });
const picture = emptyPicture();
for (const line of [...swarm.start(), ...swarm.run(70)]) takeLine(picture, line);
const [torrent] = Object.values(picture.swarm.torrents);
if (!torrent) throw new Error("the swarm has no torrent");

test("every leecher took the whole torrent, nobody gave to itself, and both sums are the same", () => {
  const { peers, bytes, given, taken } = exchangeOf(picture, torrent);
  for (const [index, { part }] of peers.entries()) {
    expect(bytes[index]?.[index]).toBe(0);
    expect(taken[index]).toBe(part.duty === "seed" ? 0 : torrent.info.length);
  }
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  expect(sum(given)).toBe(sum(taken));
});

test("a lane ends where its connection ends, and where its peer does", () => {
  const own = structuredClone(picture);
  const { run, seq, t } = own.swarm;
  const [first, second] = ["seeder-1", "leecher-1"] as const;
  const { infoHash } = torrent.info;
  const line = { v: 1, run: run?.run ?? "", t } as const;
  const unchoke = { type: "unchoke", torrent: infoHash, optimistic: false } as const;
  takeLine(own, { ...line, ...unchoke, seq: seq + 1, node: first, peer: second });
  takeLine(own, { ...line, ...unchoke, seq: seq + 2, node: second, peer: first });
  takeLine(own, { ...line, seq: seq + 3, t: t + 2, node: first, type: "peer-left", torrent: infoHash, peer: second });
  takeLine(own, { ...line, seq: seq + 4, t: t + 2, node: second, type: "node", state: "failed", role: "leecher" });
  for (const [owner, other] of [[first, second] as const, [second, first] as const]) {
    const part = peerParts(own, torrent).find(({ node }) => node.name === owner);
    if (!part) throw new Error(`${owner} has no part`);
    const { lanes } = chokeLanesOf(part, [first, second], t + 60);
    expect(lanes.find(({ peer }) => peer === other)?.stretches.at(-1)?.to, owner).toBe(t + 2);
  }
});

test("a lane's stretches lie in the time that is shown, in order, and end with what the peer does now", () => {
  const names = peerParts(picture, torrent).map(({ node }) => node.name);
  for (const peer of peerParts(picture, torrent)) {
    const { lanes, from, to } = chokeLanesOf(peer, names, picture.swarm.t);
    expect(lanes.map((lane) => lane.peer)).toEqual(names.filter((name) => name !== peer.node.name));
    for (const { peer: other, stretches } of lanes) {
      for (const [index, one] of stretches.entries()) {
        expect(one.from).toBeGreaterThanOrEqual(from);
        expect(one.to).toBeLessThanOrEqual(to);
        expect(one.from).toBeGreaterThanOrEqual(stretches[index - 1]?.to ?? from);
      }
      const open = peer.part.connections[other]?.unchoked ?? false;
      expect(stretches.at(-1)?.to === to && stretches.length > 0).toBe(open);
    }
  }
});

test("who was unchoked for longer than events are kept has its lane from the left end", () => {
  const { picture, torrent, add } = playPicture(0);
  const { infoHash } = torrent.info;
  const other = { type: "unchoke", torrent: infoHash, peer: "leecher-2", optimistic: false } as const;
  add("seeder-1", { ...other, peer: "leecher-1" }, 10);
  for (let t = 11; t < 100; t += 2) {
    add("seeder-1", other, t);
    add("seeder-1", { type: "choke", torrent: infoHash, peer: "leecher-2" }, t + 1);
  }
  add("seeder-1", { type: "choke", torrent: infoHash, peer: "leecher-1" }, 110);
  const seeder = peerParts(picture, torrent).find(({ node }) => node.name === "seeder-1");
  if (!seeder) throw new Error("the seeder has no part");
  const { lanes, from } = chokeLanesOf(seeder, ["leecher-1", "leecher-2"], 120);
  expect(from).toBeGreaterThan(10);
  expect(lanes[0]?.stretches).toEqual([{ from, to: 110, optimistic: false }]);
});

test("five hundred peers have a matrix", () => {
  const { picture, torrent, run, add } = playPicture(0);
  const [model] = run.nodes;
  if (!model) throw new Error("the swarm has no peer");
  add("controller", {
    ...run,
    nodes: Array.from({ length: 500 }, (_, index) => ({ ...model, node: `peer-${index}` })),
  });
  expect(exchangeOf(picture, torrent)).toMatchObject({ most: 0, peers: { length: 500 } });
});
