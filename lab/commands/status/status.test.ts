import { expect, test } from "vitest";
import { HASH, series, smallOneWhole, type TestJournal } from "../../swarm/journal.fixture.ts";
import { isPeer } from "../../swarm/peers.ts";
import { toStatus } from "../../swarm/status.ts";
import { nodeTable } from "./status.ts";

test("a peer's progress is a share of the bytes of all its torrents", () => {
  expect(rowOf(smallOneWhole(), "leecher-1")).toMatch(/^leecher-1 +seeding, downloading +5 % /);
});

test("the ratio is ∞ for who only gave, and nothing for who did neither", () => {
  const lab = smallOneWhole();
  lab.add("seeder-1", {
    type: "sample",
    memory: null,
    load: 0,
    torrents: [{ torrent: HASH, downloaded: 0, uploaded: 9, wasted: 0, left: 0, connected: 1, peers: [] }],
  });
  expect(rowOf(lab, "seeder-1")).toMatch(/ 9 B +∞ +1$/);
  expect(rowOf(lab, "leecher-1")).toMatch(/ 0 B +0$/);
});

test("who left when it was complete has all of it", () => {
  const lab = smallOneWhole();
  for (const torrent of [HASH, series.infoHash])
    for (const state of ["seeding", "retired"] as const)
      lab.add("leecher-1", { type: "torrent", torrent, state, bitfield: "ffff" });
  expect(rowOf(lab, "leecher-1")).toMatch(/^leecher-1 +running +100 % /);
});

function rowOf({ model }: TestJournal, name: string): string | undefined {
  const { nodes, torrents } = toStatus(model, { now: 1, controllerUrl: null, connections: false });
  return nodeTable(nodes.filter(isPeer), torrents).find((row) => row.startsWith(`${name} `));
}
