/**
 * Rates from counters. A node reports totals about once a second; a rate is what was added in the last two samples,
 * divided by the time between them. All times are the journal's clock, so that a replay shows the same rates.
 */

/** The times of a node's last samples; one clock serves every counter of the node. */
export interface SampleClock {
  /** Of the newest sample. */
  at: number;
  middle: number;
  /** Start of the window: what was added after it counts. */
  from: number;
}

/** One counter. */
export interface Meter {
  /** Over all processes of the node. */
  total: number;
  /** As the node's present process (or connection) counts it. */
  raw: number;
  /** Added by the newest sample that changed it, and by the one before. */
  last: number;
  lastAt: number;
  before: number;
  beforeAt: number;
}

/** Samples nearer than this came late in a bunch: a window of theirs would show absurd rates. */
const NEAREST = 0.5;
/** After a longer silence (sleep, pause, a lost connection) the window begins anew, and until then the rate is 0. */
export const SILENCE = 5;

export function newMeter(): Meter {
  return { total: 0, raw: 0, last: 0, lastAt: -1, before: 0, beforeAt: -1 };
}

/** Of a counter that never counted. One for all: fifty peers in twenty swarms have a hundred thousand of them. */
export const idleMeter: Readonly<Meter> = Object.freeze(newMeter());

/** The clock after a sample at `t`. */
export function tick(clock: SampleClock | null, t: number): SampleClock {
  if (!clock || t < clock.at || t - clock.at > SILENCE) return { at: t, middle: t, from: t };
  if (t - clock.at < NEAREST) return clock;
  return { at: t, middle: clock.at, from: clock.middle };
}

/**
 * Reads a counter. A counter that went down began again from zero: its owner is a new process or connection.
 * @returns the meter itself, or the one that takes the place of the idle meter.
 */
export function advance(meter: Readonly<Meter>, raw: number, clock: SampleClock): Meter {
  if (raw === meter.raw) return meter;
  const own = meter === idleMeter ? newMeter() : (meter as Meter);
  const added = raw > own.raw ? raw - own.raw : raw;
  own.raw = raw;
  if (added > 0) count(own, added, clock);
  return own;
}

function count(meter: Meter, added: number, clock: SampleClock): void {
  meter.total += added;
  if (meter.lastAt === clock.at) {
    meter.last += added;
    return;
  }
  meter.before = meter.last;
  meter.beforeAt = meter.lastAt;
  meter.last = added;
  meter.lastAt = clock.at;
}

/** The counter's owner begins again from zero; the total stays. The idle meter, which nobody may change, is there already. */
export function restart(meter: Meter): void {
  if (meter.raw !== 0) meter.raw = 0;
}

/** Bytes per second at `now`; never negative, 0 where it cannot be told. */
export function speed(meter: Meter, clock: SampleClock | null, now: number): number {
  if (!clock || now - clock.at > SILENCE) return 0;
  const span = clock.at - clock.from;
  if (span <= 0) return 0;
  const last = meter.lastAt > clock.from ? meter.last : 0;
  const before = meter.beforeAt > clock.from ? meter.before : 0;
  return (last + before) / span;
}
