import { execFileSync } from "node:child_process";
import { cpus, loadavg, release, totalmem } from "node:os";
import { type MachineTime, machineTime } from "./proc.ts";

/** What the figures depend on besides the code. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  /** Bytes. */
  readonly memory: number;
  readonly kernel: string;
  readonly node: string;
  readonly docker: string | null;
}

/** What else the machine did while something was measured. */
export interface Surroundings {
  /** Average of the last minute, before. */
  readonly load: number;
  /** Share of the time that the host took away, 0–1. */
  readonly steal: number;
}

export function thisMachine(): Machine {
  const [first] = cpus();
  return {
    cores: cpus().length,
    model: first?.model.trim() ?? "unknown",
    memory: totalmem(),
    kernel: release(),
    node: process.version,
    docker: dockerVersion(),
  };
}

export function watchSurroundings(): () => Surroundings {
  const load = loadavg()[0] ?? 0;
  const before = machineTime();
  return () => ({ load: Math.round(load * 100) / 100, steal: stealShare(before, machineTime()) });
}

function stealShare(before: MachineTime, after: MachineTime): number {
  const all = after.all - before.all;
  return all === 0 ? 0 : Math.round(((after.steal - before.steal) / all) * 1e4) / 1e4;
}

function dockerVersion(): string | null {
  try {
    return execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], {
      stdio: ["ignore", "pipe", "ignore"],
    })
      .toString()
      .trim();
  } catch {
    return null;
  }
}
