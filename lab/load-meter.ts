import { performance } from "node:perf_hooks";

/** A meter for one program; each call gives the share of the time since the call before in which the event loop was busy, 0–1. */
export function loadMeter(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, last);
    last = current;
    return Math.min(1, Math.max(0, utilization));
  };
}
