import { existsSync, mkdirSync, readFileSync, statfsSync } from "node:fs";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { formatBytes } from "../../units.ts";
import { hasRoom, holdsNeighbours, moreNeighbours, type Needs, needsOf } from "../needs.ts";

/**
 * Refuses, with numbers, a lab that cannot fit on this machine, before anything of it is started.
 * @param folder where downloads go, as far as this machine can see it.
 * @param running nodes that are there already.
 */
export async function checkRoom(
  plan: LabPlan,
  { folder, runtime, running }: { folder: string; runtime: Runtime; running: readonly string[] },
): Promise<void> {
  const needs = needsOf(plan, new Set(running));
  refuseDisk(needs, freeBytes(folder));
  refuseMemory(needs, await freeMemory(runtime));
}

/** A line for a lab of more containers than the kernel keeps track of; none where it does, or is another machine's. */
export function crowdNote(plan: LabPlan): string[] {
  const { neighbours, nodes } = needsOf(plan);
  const limit = neighbourLimit();
  if (limit === undefined || holdsNeighbours(neighbours, limit)) return [];
  return [
    `warning: ${nodes} containers may need ${neighbours} entries of the neighbour table, it has ${limit}: ` +
      `connections may be lost; ${moreNeighbours(neighbours)} helps`,
  ];
}

/** The kernel's limit of neighbours; `undefined` where there is no such thing. */
export function neighbourLimit(): number | undefined {
  const file = "/proc/sys/net/ipv4/neigh/default/gc_thresh3";
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

function refuseDisk({ disk, downloaders }: Needs, free: number): void {
  if (disk === 0 || hasRoom("disk", disk, free)) return;
  throw new LabError(
    "environment",
    `the downloads of ${downloaders} peers need ${formatBytes(disk)}, the disk has ${formatBytes(free)} free`,
    {
      hint: "Use fewer leechers (--leechers N), share less in sources/, or make room. `lab down --all` frees old labs.",
    },
  );
}

function refuseMemory({ memory, nodes }: Needs, free: number): void {
  if (memory === 0 || hasRoom("memory", memory, free)) return;
  throw new LabError(
    "environment",
    `the ${nodes} nodes of this lab need ${formatBytes(memory)} of memory, ${formatBytes(free)} are free`,
    { hint: "Use fewer leechers (--leechers N), or end other programs. `lab down --all` frees old labs." },
  );
}

/** Bytes that nodes may take: of the machine they run on, which may be another than this one. */
export async function freeMemory(runtime: Runtime | undefined): Promise<number> {
  return (await runtime?.memory?.()) ?? process.availableMemory();
}

export function freeBytes(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
