import { readdirSync, readFileSync } from "node:fs";

/** User and system time of a process in seconds, from `/proc/PID/stat` (fields 14 and 15, in ticks of 10 ms). */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

/** Processes of that name. */
export function processesNamed(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && commandOf(entry) === name)
    .map(Number);
}

function commandOf(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** The whole machine's processor time since it started, in ticks of 10 ms over all cores. */
export interface MachineTime {
  readonly all: number;
  readonly idle: number;
  /** Taken away by the host of a virtual machine. */
  readonly steal: number;
}

export function machineTime(): MachineTime {
  const ticks = readFileSync("/proc/stat", "utf8").split("\n")[0]?.split(/\s+/).slice(1, 9).map(Number) ?? [];
  const [, , , idle = 0, waiting = 0, , , steal = 0] = ticks;
  return { all: ticks.reduce((sum, one) => sum + one, 0), idle: idle + waiting, steal };
}

/** Share of the machine that was busy between two readings, 0–1; steal counts, for it was not ours to use. */
export function busyShare(before: MachineTime, after: MachineTime): number {
  const all = after.all - before.all;
  return all === 0 ? 0 : 1 - (after.idle - before.idle) / all;
}
