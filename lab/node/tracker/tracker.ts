import { randomInt } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Fact } from "../../api/facts.ts";
import { newCounters } from "./counters.ts";
import { type Listening, listen } from "./listen.ts";
import { patienceFor } from "./patience.ts";
import { createReports, noReports } from "./reports.ts";
import type { Service } from "./service.ts";
import { statsReply } from "./stats.ts";
import { Swarms, type SwarmsOptions } from "./swarms.ts";

/** Program and version, for people. */
export const CLIENT = "torrent-lab tracker 0.1.0";

export interface TrackerOptions {
  /** Address to listen on; `0.0.0.0` listens on all of IPv6 too, where there is any. */
  readonly host: string;
  /** For TCP and UDP; 0 picks one that is free for both. */
  readonly port: number;
  /** Seconds between announces; default 10. */
  readonly interval?: number;
  readonly bounds?: Pick<SwarmsOptions, "maxTorrents" | "maxPeers">;
  /** Every announce, scrape and expiry. */
  readonly onFact?: (fact: Fact) => void;
  readonly log?: (line: string) => void;
}

export interface Tracker {
  readonly port: number;
  /** Seconds between announces from now on. */
  setInterval(seconds: number): void;
  close(): Promise<void>;
}

const DEFAULT_INTERVAL = 10;
const SWEEP_MS = 1000;

/**
 * A BitTorrent tracker over HTTP (BEP 3, 7, 23, 48) and UDP (BEP 15) on one port.
 * @throws LabError when the port is taken.
 */
export async function startTracker(options: TrackerOptions): Promise<Tracker> {
  const { onFact, log = () => {} } = options;
  const now = () => performance.now();
  const reports = onFact ? createReports(onFact, log, now) : noReports;
  const swarms = new Swarms({ ...options.bounds, onExpired: reports.expired });
  const counters = newCounters();
  const trackerId = randomInt(2 ** 31);
  const began = now();
  const service: Service = {
    swarms,
    counters,
    reports,
    interval: DEFAULT_INTERVAL,
    now,
    stats: (query) =>
      statsReply(query, { swarms, counters, trackerId, version: CLIENT, uptime: (now() - began) / 1000 }),
  };
  promise(service, options.interval ?? DEFAULT_INTERVAL);
  const listening: Listening = await listen(service, options.host, options.port);
  const sweep = setInterval(() => swarms.expire(now()), SWEEP_MS);

  return {
    port: listening.port,
    setInterval: (seconds) => promise(service, seconds),
    async close() {
      clearInterval(sweep);
      await listening.close();
    },
  };
}

/**
 * What is answered from now on; who announced before keeps to what it was answered, and may. The protocols know whole
 * seconds only.
 */
function promise(service: Service, seconds: number): void {
  service.interval = Math.max(1, Math.ceil(seconds));
  service.swarms.patience = patienceFor(service.interval);
}
