import type { Counters } from "./counters.ts";
import type { Reports } from "./reports.ts";
import type { Swarms } from "./swarms.ts";

/** What the HTTP and the UDP front share. */
export interface Service {
  readonly swarms: Swarms;
  readonly counters: Counters;
  readonly reports: Reports;
  /** Seconds between announces, whole. */
  interval: number;
  /** Milliseconds on a clock that never steps back. */
  now(): number;
  /** The body of `/stats`. */
  stats(query: string): string | undefined;
}
