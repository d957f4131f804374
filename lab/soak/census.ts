import { readdirSync, readFileSync } from "node:fs";
import type { RuntimeKind } from "../api/words.ts";
import { docker } from "../e2e/scene.ts";
import { readPrivateMemory } from "../node/measures.ts";
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
    "dangling images": await count("images", "-q", "--filter", "dangling=true", "--filter", "label=lab.schema"),
  };
}

/** Virtual network cables of containers; others' labs have some too. */
export function countCables(): number {
  return readdirSync("/sys/class/net").filter((name) => name.startsWith("veth")).length;
}

/** By node: private bytes and open handles of the processes of a lab, as far as this machine sees them. */
export function vitals(lab: string): Map<string, { bytes: number; handles: number }> {
  const found = new Map<string, { bytes: number; handles: number }>();
  for (const { pid, env } of findByEnvironment(["LAB_NAME", "LAB_NODE"])) {
    if (env.LAB_NAME !== lab || !isNode(pid)) continue;
    found.set(env.LAB_NODE ?? "", {
      bytes: readPrivateMemory(`/proc/${pid}/status`) ?? 0,
      handles: countHandles(pid),
    });
  }
  return found;
}

/** In the process runtime a shell leads each node's group. */
function isNode(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).includes(".mjs");
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
