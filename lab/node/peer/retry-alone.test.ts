import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { retryAlone } from "./retry-alone.ts";
import type { Torrent, Wire } from "./webtorrent-client.ts";

const PIECE = 3;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

test("while one peer is asked for the piece, nobody else is", () => {
  const { keeper, other, retry } = swarm();
  expect([retry.mayAsk(keeper, PIECE), retry.mayAsk(other, PIECE)]).toEqual([true, false]);
  keeper.downloaded = 1;
  vi.advanceTimersByTime(11_000);
  expect(retry.mayAsk(other, PIECE)).toBe(false);
});

test("the piece goes to others when its peer brings nothing for long", () => {
  const { other, retry } = swarm();
  vi.advanceTimersByTime(11_000);
  expect(retry.mayAsk(other, PIECE)).toBe(true);
});

test("the piece goes to others when its peer is not asked for it any more, also if it sends other pieces", () => {
  const { keeper, other, retry } = swarm();
  keeper.requests = [requestOf(PIECE + 1)];
  keeper.downloaded = 1;
  expect(retry.mayAsk(other, PIECE)).toBe(true);
});

/** Two peers, of which one is asked for a piece that failed. */
function swarm() {
  const wire = () => ({ downloaded: 0, peerChoking: false, requests: [requestOf(PIECE)] });
  const wires = [wire(), wire()] as const;
  const [keeper, other] = wires as unknown as readonly [Wire & ReturnType<typeof wire>, Wire];
  const retry = retryAlone({ wires } as unknown as Torrent, () => true);
  retry.onAsked(keeper, PIECE);
  return { keeper, other, retry };
}

function requestOf(piece: number) {
  return { piece, offset: 0, length: 16_384 };
}
