import { EventEmitter } from "node:events";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { guardConnections } from "./gate.ts";
import type { Torrent } from "./webtorrent-client.ts";

const ADDRESS = "10.0.0.1:6881";
const PEER_ID = "aa".repeat(20);

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test.each([
  ["hung up before a handshake", { peerId: null }, 0],
  ["kept us waiting for a handshake and hung up", { peerId: null }, 25_000],
  ["hung up right after the handshake", { peerId: PEER_ID }, 100],
])("who %s is dialled again after ten seconds, and not before", (_, wire, lasted) => {
  const { dial } = gate();
  connect(dial(), wire, lasted);
  expect(dial()).toBeNull();
  vi.advanceTimersByTime(9900);
  expect(dial()).toBeNull();
  vi.advanceTimersByTime(100);
  expect(dial()).not.toBeNull();
});

test.each([
  ["gave something", { peerId: PEER_ID, downloaded: 1 }, 100],
  ["got something", { peerId: PEER_ID, uploaded: 1 }, 100],
  ["stayed for a while", { peerId: PEER_ID }, 5000],
])("who %s and went may be dialled at once", (_, wire, lasted) => {
  const { dial } = gate();
  connect(dial(), wire, lasted);
  expect(dial()).not.toBeNull();
});

test("after a cut is healed who refused us is dialled at once", () => {
  const { dial, forgive } = gate();
  connect(dial(), { peerId: null }, 0);
  forgive();
  expect(dial()).not.toBeNull();
});

test.each([
  [false, ["10.0.0.1:1", "[fd00::1]:1", "127.0.0.1:1"], ["example.org:1", "127.example.org:1", "1.2.3:1", "::1"]],
  [true, ["127.0.0.1:1", "[::1]:1"], ["10.0.0.1:1", "[fd00::1]:1", "127.example.org:1"]],
])("only addresses are dialled, no names (loopback only: %s)", (loopbackOnly, may, mayNot) => {
  const { dial } = gate({ loopbackOnly });
  expect([...may, ...mayNot].filter((address) => dial(address) !== null)).toEqual(may);
});

function gate({ loopbackOnly = false } = {}) {
  const torrent = { _peers: new Map(), wires: [], _addPeer: () => new EventEmitter() };
  const { forgive } = guardConnections(torrent as unknown as Torrent, {
    ...{ ownId: "bb".repeat(20), loopbackOnly },
    isCut: () => false,
    maxPeers: () => 10,
  });
  const { _addPeer } = torrent as unknown as Torrent;
  return { forgive, dial: (address = ADDRESS) => _addPeer(address, "tcp", "tracker") };
}

/** The life of a connection from its dial on. */
function connect(peer: EventEmitter | null, wire: object, lasted: number): void {
  if (!peer) throw new Error("it was not dialled");
  Object.assign(peer, { wire: { downloaded: 0, uploaded: 0, ...wire } });
  peer.emit("connect");
  vi.advanceTimersByTime(lasted);
  peer.emit("disconnect");
}
