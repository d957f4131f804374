import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** What the system tells of processes: `/proc` on Linux, `ps` elsewhere. */

/** Start time of a process in the system's own words, only good for comparing; empty when it is gone. */
export function startTime(pid: number): string {
  if (process.platform !== "linux") return psOf(pid, "lstart");
  // The command's name, in brackets, may hold anything: the fields are counted from the last bracket on.
  const fields = readStat(pid).split(" ");
  return fields[19] ?? "";
}

/** Whether this very process lives; one that has ended and only waits for its parent does not. */
export function isAlive(pid: number, started: string): boolean {
  return started !== "" && startTime(pid) === started && !processState(pid).startsWith("Z");
}

/** The state letter of `ps`: `R`, `S`, `T` (stopped), `Z` (ended), …; empty when it is gone. */
export function processState(pid: number): string {
  return process.platform === "linux" ? (readStat(pid).split(" ")[0] ?? "") : psOf(pid, "stat");
}

/** Id of the process group that it belongs to; 0 when it is gone. */
export function processGroup(pid: number): number {
  return Number((process.platform === "linux" ? readStat(pid).split(" ")[2] : psOf(pid, "pgid")) || 0);
}

/** Whether any process of the group has not ended yet; those that only wait for their parents have. */
export function hasLivingMember(group: number): boolean {
  const members =
    process.platform === "linux"
      ? readdirSync("/proc").map((name) => (/^\d+$/.test(name) ? readStat(Number(name)).split(" ") : []))
      : ps(["-A", "-o", "stat=", "-o", "ppid=", "-o", "pgid="])
          .split("\n")
          .map((line) => line.trim().split(/\s+/));
  return members.some(([state = "", , id]) => Number(id) === group && !state.startsWith("Z"));
}

/**
 * Pids and environments of this user's processes that carry all of `variables`; Linux only, elsewhere none. Processes of
 * containers, which a host sees as well, are left out unless asked for.
 */
export function findByEnvironment(
  variables: readonly string[],
  { containers = false } = {},
): { pid: number; env: Record<string, string> }[] {
  if (process.platform !== "linux") return [];
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const here = pidNamespace("self");
  return pids.flatMap((name) => {
    const env = readEnvironment(name);
    const found = variables.every((variable) => env[variable] !== undefined);
    return found && (containers || pidNamespace(name) === here) ? [{ pid: Number(name), env }] : [];
  });
}

function pidNamespace(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return "";
  }
}

function readEnvironment(pid: string): Record<string, string> {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return Object.fromEntries(
      entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
  } catch {
    return {};
  }
}

/** `/proc/PID/stat` from the state letter on. */
function readStat(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2);
  } catch {
    return "";
  }
}

const psOf = (pid: number, column: string) => ps(["-o", `${column}=`, "-p", String(pid)]);

/** In words and hours that no setting changes: start times are compared with those of other commands and days. */
function ps(flags: readonly string[]): string {
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  try {
    return execFileSync("ps", flags, { encoding: "utf8", env }).trim();
  } catch {
    return "";
  }
}
