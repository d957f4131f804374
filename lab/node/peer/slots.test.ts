import { expect, test } from "vitest";
import WebTorrentTorrent from "webtorrent/lib/torrent.js";
import { controlSlots, type Slots } from "./slots.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

type Wires = ReturnType<typeof swarm>["wires"];
type State = Wires[number];

test.each<[string, (wire: State, wires: State[]) => void]>([
  ["completes", (wire) => Object.assign(wire, { isSeeder: true, amChoking: true, peerInterested: false })],
  ["leaves", (wire, wires) => wires.splice(wires.indexOf(wire), 1)],
  ["loses interest", (wire) => Object.assign(wire, { peerInterested: false })],
])("when the optimistic peer %s, the next round takes another one and leaves it unchoked", (_, end) => {
  const { wires, slots, round, optimistic } = swarm();
  round();
  const [first] = optimistic();
  if (!first) throw new Error("nobody is optimistically unchoked");
  end(first, wires);
  slots.fill();
  for (let rounds = 0; rounds < 2; rounds += 1) {
    round();
    expect(optimistic()).toHaveLength(1);
    expect(optimistic()).not.toContain(first);
    expect(wires.filter(({ amChoking, peerInterested }) => !amChoking && peerInterested)).toHaveLength(2);
  }
});

test("the optimistic peer keeps its slot for three rounds", () => {
  const { round, optimistic } = swarm();
  round();
  const first = optimistic();
  expect(first).toHaveLength(1);
  for (let rounds = 0; rounds < 2; rounds += 1) {
    round();
    expect(optimistic()).toEqual(first);
  }
});

test("who is choked is not optimistically unchoked", () => {
  const { round, optimistic } = swarm();
  round();
  Object.assign(optimistic()[0] ?? {}, { amChoking: true });
  expect(optimistic()).toEqual([]);
});

test("between rounds a free slot goes to who sends us most, and among equals to anybody", () => {
  const others = new Set<number>();
  for (let i = 0; i < 30; i += 1) {
    const { wires, slots } = swarm();
    for (const wire of wires.slice(1, 2)) wire.downloadSpeed = () => 1000;
    slots.fill();
    const unchoked = wires.flatMap(({ amChoking }, index) => (amChoking ? [] : [index]));
    expect(unchoked).toHaveLength(2);
    expect(unchoked).toContain(1);
    for (const index of unchoked) others.add(index);
  }
  expect(others.size).toBeGreaterThan(3);
});

test.each([
  ["takes the slot of who sends us less than half of what it does", 1000, 400, true],
  ["waits for the next round where all others send about as much", 1000, 600, false],
])("a peer that becomes interested while no slot is free %s", (_, own, others, takes) => {
  for (const unchoked of [true, false]) {
    const { wires, slots } = swarm();
    const [late, ...rest] = wires;
    if (!late) throw new Error("there are five");
    Object.assign(late, { amChoking: !unchoked, peerInterested: false, downloadSpeed: () => own });
    for (const wire of rest) wire.downloadSpeed = () => others;
    slots.fill();
    late.peerInterested = true;
    slots.claim(late as unknown as Wire);
    expect(late.amChoking).toBe(!takes);
    expect(wires.filter(({ amChoking }) => !amChoking)).toHaveLength(2);
  }
});

test("nobody takes the optimistic slot", () => {
  const { wires, slots, round, optimistic } = swarm();
  round();
  const [lucky] = optimistic();
  const late = wires.find(({ amChoking }) => amChoking);
  if (!lucky || !late) throw new Error("two of five are unchoked");
  for (const wire of wires) wire.downloadSpeed = () => (wire === lucky ? 0 : wire === late ? 1000 : 900);
  slots.claim(late as unknown as Wire);
  expect([lucky.amChoking, late.amChoking]).toEqual([false, true]);
});

/** Five interested peers, two slots, and webtorrent's own rounds. */
function swarm() {
  let slots: Slots | undefined;
  const wires = Array.from({ length: 5 }, () => ({
    ...{ amChoking: true, peerInterested: true, isSeeder: false },
    ...{ downloadSpeed: (): number => 0, uploadSpeed: () => 0 },
    choke() {
      this.amChoking = true;
    },
    unchoke() {
      if (slots?.allow(this as unknown as Wire)) this.amChoking = false;
    },
  }));
  const torrent = {
    ...{ ready: true, wires, _rechokeNumSlots: 2, _rechokeOptimisticWire: null, _rechokeOptimisticTime: 0 },
    _rechoke: WebTorrentTorrent.prototype._rechoke,
  };
  const control = controlSlots(torrent as unknown as Torrent);
  slots = control;
  return {
    wires,
    slots: control,
    round: () => torrent._rechoke(),
    optimistic: () => wires.filter((wire) => control.isOptimistic(wire as unknown as Wire)),
  };
}
