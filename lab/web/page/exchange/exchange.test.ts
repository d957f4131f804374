import { expect, test } from "vitest";
import { emptyPicture, takeLine } from "../../picture/picture.ts";
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
  const { peers, bytes, given, taken } = exchangeOf(picture.swarm, torrent);
  for (const [index, { part }] of peers.entries()) {
    expect(bytes[index]?.[index]).toBe(0);
    expect(taken[index]).toBe(part.duty === "seed" ? 0 : torrent.info.length);
  }
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  expect(sum(given)).toBe(sum(taken));
});

test("a lane's stretches lie in the time that is shown, in order, and end with what the peer does now", () => {
  const names = peerParts(picture.swarm, torrent).map(({ node }) => node.name);
  for (const peer of peerParts(picture.swarm, torrent)) {
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
