import { readFileSync } from "node:fs";
import { run } from "./command.ts";

/** Processor seconds that containers with these labels have taken since their start, from the kernel's account of them. */
export async function containerCpuSeconds(...labels: readonly string[]): Promise<number> {
  const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
  const ids = (await run("docker", ["ps", "-q", ...filters])).split(/\s+/).filter(Boolean);
  if (ids.length === 0) return 0;
  const pids = (await run("docker", ["inspect", "-f", "{{.State.Pid}}", ...ids])).split(/\s+/).filter(Boolean);
  return pids.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0);
}

/** Control groups of version 1 tell nanoseconds, those of version 2 microseconds. */
function cpuSecondsOf(pid: string): number {
  const groups = readFileSync(`/proc/${pid}/cgroup`, "utf8");
  const old = /^\d+:(?:cpu,)?cpuacct(?:,cpu)?:(.*)$/m.exec(groups)?.[1];
  if (old !== undefined) return Number(readFileSync(`/sys/fs/cgroup/cpuacct${old}/cpuacct.usage`, "utf8")) / 1e9;
  const path = /^0::(.*)$/m.exec(groups)?.[1] ?? "";
  return Number(/^usage_usec (\d+)/m.exec(readFileSync(`/sys/fs/cgroup${path}/cpu.stat`, "utf8"))?.[1]) / 1e6;
}
