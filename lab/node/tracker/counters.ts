/** What opentracker's `/stats` counts, since the tracker began. */
export interface Counters {
  tcp: { accept: number; announce: number; scrape: number };
  udp: { overall: number; connect: number; announce: number; scrape: number; mismatch: number };
  errors: { parse: number; parameter: number; notFound: number };
}

export function newCounters(): Counters {
  return {
    tcp: { accept: 0, announce: 0, scrape: 0 },
    udp: { overall: 0, connect: 0, announce: 0, scrape: 0, mismatch: 0 },
    errors: { parse: 0, parameter: 0, notFound: 0 },
  };
}
