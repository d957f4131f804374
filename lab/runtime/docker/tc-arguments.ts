import type { LinkShape } from "../../plan/plan.ts";

/** Peers are on one network, so they have one interface. */
const INTERFACE = "eth0";

/** What may pass at once: tc counts it in 32 bits, and less than the kernel's tick brings would lower the rate. */
const BURST = { least: 32 * 1024, seconds: 0.01 };
/** Seconds that a packet may wait for its turn: as much as a home router buffers. */
const QUEUE = 0.4;
/** Bytes; Ethernet's. */
const PACKET = 1500;
/** Packets that netem holds where no rate bounds them. */
const UNBOUNDED = 10_000;

/**
 * Arguments of the calls of `tc` that shape what leaves a peer, in order; calling them again changes nothing. The rate is
 * a token bucket at the root (tc-tbf(8)), delay and loss are netem (tc-netem(8)) in it, or alone.
 */
export function tcArguments(link: LinkShape, device: string = INTERFACE): string[][] {
  const root = ["qdisc", "replace", "dev", device, "root", "handle", "1:"];
  const inner = ["qdisc", "replace", "dev", device, "parent", "1:1", "handle", "10:"];
  const hasRate = link.rate !== null;
  return [
    ...(link.rate === null ? [] : [[...root, ...tokenBucket(link.rate)]]),
    ...(link.delay === 0 && link.loss === 0 ? [] : [[...(hasRate ? inner : root), ...netem(link)]]),
  ];
}

/** @param rate bytes a second. */
function tokenBucket(rate: number): string[] {
  const burst = Math.max(BURST.least, Math.ceil(rate * BURST.seconds));
  return ["tbf", "rate", `${rate * 8}bit`, "burst", `${burst}b`, "latency", `${QUEUE * 1000}ms`];
}

function netem({ rate, delay, loss }: LinkShape): string[] {
  // Inside a token bucket it is the queue as well: what is on its way, and what waits for its turn.
  const limit = rate === null ? UNBOUNDED : Math.max(32, Math.ceil((rate * (delay + QUEUE)) / PACKET));
  return [
    ...["netem", "limit", String(limit)],
    ...(delay === 0 ? [] : ["delay", `${Math.round(delay * 1e6)}us`]),
    ...(loss === 0 ? [] : ["loss", `${Number((loss * 100).toFixed(4))}%`]),
  ];
}
