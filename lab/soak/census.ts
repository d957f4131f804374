import { readdirSync, readFileSync } from "node:fs";
import type { RuntimeKind } from "../api/words.ts";
import { docker } from "../e2e/scene.ts";
import { readPrivateMemory, readResidentMemory } from "../node/measures.ts";
import { findByEnvironment } from "../runtime/system.ts";

/** Counts of what must not grow on a machine on which labs come and go. */
export type Census = Readonly<Record<string, number>>;

/** @param temporaryFolder of the lab's commands. */
export async function takeCensus(runtime: RuntimeKind, lab: string, temporaryFolder: string): Promise<Census> {
  const processes = findByEnvironment(["LAB_NAME"]).filter(({ env }) => env.LAB_NAME === lab).length;
  const temporary = readdirSync(temporaryFolder).length;
  if (runtime === "process") return { processes, temporary };
  const count = async (...args: string[]) => (await docker(...args)).split("\n").filter(Boolean).length;
  const ours = ["--filter", `label=lab.name=${lab}`];
  return {
    processes,
    temporary,
    containers: await count("ps", "-aq", ...ours),
    networks: await count("network", "ls", "-q", ...ours),
    volumes: await count("volume", "ls", "-q", ...ours),
    "dangling images": await count("images", "-q", "--filter", "dangling=true", "--filter", "label=lab.image"),
  };
}

/** Virtual network cables of containers; others' labs have some too. */
export function countCables(): number {
  return readdirSync("/sys/class/net").filter((name) => name.startsWith("veth")).length;
}

/** What a process holds of the machine. */
export interface Vitals {
  /** Bytes in memory, with programs and files that others have too. */
  readonly resident: number;
  /** Bytes that only it has. */
  readonly own: number;
  readonly handles: number;
}

/** By node, of the processes of a lab that this user may look into: those in containers need root. */
export function vitals(lab: string): Map<string, Vitals> {
  const found = new Map<string, Vitals>();
  for (const { pid, env } of findByEnvironment(["LAB_NAME", "LAB_NODE"], { containers: true })) {
    if (env.LAB_NAME !== lab || !isNode(pid)) continue;
    const own = readPrivateMemory(`/proc/${pid}/status`) ?? 0;
    found.set(env.LAB_NODE ?? "", { resident: readResidentMemory(pid) ?? 0, own, handles: countHandles(pid) });
  }
  return found;
}

/** A shell leads a node's group of processes, and a small init its container. */
function isNode(pid: number): boolean {
  return /^([^\0]*\/)?node\0.*\.mjs\0/.test(read(`/proc/${pid}/cmdline`));
}

function countHandles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return 0;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
