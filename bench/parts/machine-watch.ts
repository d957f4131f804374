import { busyShare, type MachineTime, machineTime } from "./proc.ts";

/** How busy the machine is, second by second, while swarms run. */
export interface MachineWatch {
  /** Share of the machine that was busy between two moments (milliseconds since 1970), 0–1. */
  busy(from: number, to: number): number;
  [Symbol.dispose](): void;
}

const EVERY_MS = 500;

export function watchMachine(): MachineWatch {
  const readings: { at: number; time: MachineTime }[] = [];
  const read = () => readings.push({ at: Date.now(), time: machineTime() });
  read();
  const timer = setInterval(read, EVERY_MS);
  return {
    busy(from, to) {
      read();
      const start = readings.findLast(({ at }) => at <= from) ?? readings[0];
      const end = readings.find(({ at }) => at >= to) ?? readings.at(-1);
      return start && end ? busyShare(start.time, end.time) : 0;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
