import { mkdirSync, statfsSync } from "node:fs";
import { LabError } from "../../errors.ts";
import type { LabPlan } from "../../plan/plan.ts";
import type { Room, Runtime } from "../../runtime/runtime.ts";
import { formatBytes } from "../../units.ts";
import { crowding, hasRoom, moreNeighbours, type Needs, needsOf } from "../needs.ts";

type HasRoom = Pick<Runtime, "room">;

/**
 * Refuses, with numbers, a lab that cannot fit on this machine, before anything of it is started.
 * @returns lines about what fits badly.
 * @param folder where downloads go, as far as this machine can see it.
 * @param running nodes that are there already.
 */
export async function checkRoom(
  plan: LabPlan,
  { folder, runtime, running }: { folder: string; runtime: HasRoom; running: readonly string[] },
): Promise<string[]> {
  const needs = needsOf(plan, new Set(running));
  refuseDisk(needs, freeBytes(folder));
  const { memory, neighbours } = await roomOf(runtime);
  refuseMemory(needs, memory);
  refuseCrowd(needs, neighbours);
  return crowdNote(needs, neighbours);
}

/** For a lab of more containers than the kernel keeps track of; none where it does, or does not tell. */
function crowdNote({ neighbours, nodes }: Needs, limit: number | undefined): string[] {
  if (limit === undefined || crowding(neighbours, limit) === "none") return [];
  return [
    `warning: ${nodes} containers may need ${neighbours} entries of the neighbour table, it has ${limit}: ` +
      `they lose sight of each other at times, which costs minutes; ${moreNeighbours(neighbours)} helps`,
  ];
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

function refuseCrowd({ neighbours, nodes }: Needs, limit: number | undefined): void {
  if (limit === undefined || crowding(neighbours, limit) !== "hopeless") return;
  throw new LabError(
    "environment",
    `${nodes} containers need ${neighbours} entries of the kernel's neighbour table, it has ${limit}: most would never find each other`,
    {
      hint: `\`${moreNeighbours(neighbours)}\` makes room until the next boot. Or use fewer leechers (--leechers N), or --runtime process.`,
    },
  );
}

/** What nodes may take: of the machine they run on, which may be another than this one. */
export async function roomOf(runtime: HasRoom | undefined): Promise<Room> {
  return (await runtime?.room?.()) ?? { memory: process.availableMemory(), neighbours: undefined };
}

export function freeBytes(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
