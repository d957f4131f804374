import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { takeOverTurnover } from "./turnover.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("of full connections the one that was of no use for longest ends, one at a time", () => {
  const { pass, choking } = swarm();
  expect(pass(59)).toEqual([]);
  choking[1].downloaded = 1;
  expect(pass(2)).toEqual([choking[0]]);
  expect(pass(50)).toEqual([]);
  expect(pass(30)).toContain(choking[1]);
});

test("nobody has to go while there is room, or nobody waits", () => {
  const { pass, torrent, settings } = swarm();
  settings.maxPeers = 4;
  expect(pass(120)).toEqual([]);
  settings.maxPeers = 3;
  torrent._queue.length = 0;
  expect(pass(120)).toEqual([]);
});

test("whoever gives, or gets, or wants something and has nothing for us, stays", () => {
  const { pass, choking } = swarm();
  for (const wire of choking) Object.assign(wire, { amInterested: false, peerInterested: true });
  expect(pass(120)).toEqual([]);
});

test.each([true, false])(
  "a connection on which neither side wants anything ends, choked or not (%s)",
  (peerChoking) => {
    const { pass, choking } = swarm();
    for (const wire of choking) Object.assign(wire, { amInterested: false, peerInterested: true });
    Object.assign(choking[1], { peerInterested: false, peerChoking });
    expect(pass(70)).toEqual([choking[1]]);
  },
);

/** Three connections, of which two choke us, and addresses that wait: who ends is followed by another who chokes us. */
function swarm() {
  const wire = (peerChoking: boolean) => ({
    ...{ downloaded: 0, uploaded: 0, amInterested: true, peerInterested: false },
    peerChoking,
  });
  const choking = [wire(true), wire(true)] as const;
  const wires: unknown[] = [...choking, wire(false)];
  const torrent = { _queue: [{}] };
  const settings = { maxPeers: 3 };
  const turnover = takeOverTurnover(torrent as unknown as Torrent, () => settings.maxPeers);
  return { pass, torrent, settings, choking };

  /** @returns who was told to end in that time. */
  function pass(seconds: number): unknown[] {
    const ended: unknown[] = [];
    for (let second = 0; second < seconds; second += 1) {
      vi.advanceTimersByTime(1000);
      const next = turnover.next(wires as Wire[]);
      const at = wires.indexOf(next);
      if (at === -1) continue;
      wires[at] = wire(true);
      ended.push(next);
    }
    return ended;
  }
}
