import type { Counters } from "./counters.ts";
import type { Swarm } from "./swarm.ts";
import type { Swarms } from "./swarms.ts";

export interface StatsSource {
  readonly swarms: Swarms;
  readonly counters: Counters;
  /** Any number that stays the same while the tracker runs. */
  readonly trackerId: number;
  /** Program and version. */
  readonly version: string;
  /** Seconds. */
  readonly uptime: number;
}

/**
 * The body of `/stats`, laid out as opentracker's, so that scripts and MRTG read both.
 * @param query what follows `?`. @returns `undefined` for a mode that there is not.
 */
export function statsReply(query: string, source: StatsSource): string | undefined {
  const pairs = query.split("&");
  if (pairs.some((pair) => pair.startsWith("info_hash="))) return undefined;
  const mode = pairs.find((pair) => pair.startsWith("mode="))?.slice("mode=".length) ?? "peer";
  return Object.hasOwn(modes, mode) ? modes[mode]?.(source) : undefined;
}

const modes: Record<string, (source: StatsSource) => string> = {
  peer: ({ swarms }) => `${swarms.peers}\n${seedsOf(swarms)}\n${serving(swarms)}`,
  torr: ({ swarms }) => `${swarms.size}\n0\n${serving(swarms)}`,
  conn(source) {
    const { tcp, udp } = source.counters;
    const connections = tcp.accept + udp.overall;
    const successes = tcp.announce + udp.connect + udp.announce;
    const rates = `${rate(connections, source)} conns/s :: ${rate(successes, source)} success/s.`;
    return mrtg(connections, successes, source, `opentracker connections, ${rates}`);
  },
  scrp(source) {
    const { tcp, udp } = source.counters;
    const label = `opentracker scrape stats, ${rate(tcp.scrape + udp.scrape, source)} scrape/s (tcp and udp)`;
    return mrtg(tcp.scrape, udp.scrape, source, label);
  },
  top10: ({ swarms }) =>
    top(swarms, "peers", (swarm) => swarm.peers.size) + top(swarms, "seeds", (swarm) => swarm.complete),
  everything,
};

function seedsOf(swarms: Swarms): number {
  let seeds = 0;
  for (const swarm of swarms.values()) seeds += swarm.complete;
  return seeds;
}

function serving(swarms: Swarms): string {
  return `opentracker serving ${swarms.size} torrents\nopentracker`;
}

/** Two numbers, the uptime and a label, a line each. */
function mrtg(first: number, second: number, { uptime }: StatsSource, label: string): string {
  return `${first}\n${second}\n${Math.floor(uptime)} seconds (${Math.floor(uptime / 3600)} hours)\n${label}`;
}

function rate(count: number, { uptime }: StatsSource): number {
  return Math.floor(count / Math.max(1, Math.floor(uptime)));
}

/** The ten fullest, without empty ones. */
function top(swarms: Swarms, what: string, countOf: (swarm: Swarm) => number): string {
  const fullest = [...swarms.values()]
    .filter((swarm) => countOf(swarm) > 0)
    .sort((a, b) => countOf(b) - countOf(a))
    .slice(0, 10);
  const lines = fullest.map((swarm) => `\t${countOf(swarm)}\t${swarm.hex.toUpperCase()}\n`);
  return `Top 10 torrents by ${what}:\n${lines.join("")}`;
}

function everything({ swarms, counters, trackerId, version, uptime }: StatsSource): string {
  const { tcp, udp, errors } = counters;
  return `<?xml version="1.0" encoding="UTF-8"?>
<stats>
  <tracker_id>${trackerId}</tracker_id>
  <version>
${version}
  </version>
  <uptime>${Math.floor(uptime)}</uptime>
  <torrents>
    <count_mutex>${swarms.size}</count_mutex>
    <count_iterator>${swarms.size}</count_iterator>
  </torrents>
  <peers>
    <count>${swarms.peers}</count>
  </peers>
  <seeds>
    <count>${seedsOf(swarms)}</count>
  </seeds>
  <completed>
    <count>${swarms.completed}</count>
  </completed>
  <connections>
    <tcp>
      <accept>${tcp.accept}</accept>
      <announce>${tcp.announce}</announce>
      <scrape>${tcp.scrape}</scrape>
    </tcp>
    <udp>
      <overall>${udp.overall}</overall>
      <connect>${udp.connect}</connect>
      <announce>${udp.announce}</announce>
      <scrape>${udp.scrape}</scrape>
      <missmatch>${udp.mismatch}</missmatch>
    </udp>
    <livesync>
      <count>0</count>
    </livesync>
  </connections>
  <debug>
    <http_error>
      <count code="302 Redirect">0</count>
      <count code="400 Parse Error">${errors.parse}</count>
      <count code="400 Invalid Parameter">${errors.parameter}</count>
      <count code="400 Invalid Parameter (compact=0)">0</count>
      <count code="400 Not Modest">0</count>
      <count code="402 Payment Required">0</count>
      <count code="403 Access Denied">0</count>
      <count code="404 Not found">${errors.notFound}</count>
      <count code="500 Internal Server Error">0</count>
    </http_error>
    <mutex_stall>
      <count>0</count>
    </mutex_stall>
  </debug>
</stats>`;
}
