import { mkdirSync, statfsSync } from "node:fs";
import { LabError } from "../errors.ts";
import type { LabPlan } from "../plan/plan.ts";
import type { Room, Runtime } from "../runtime/runtime.ts";
import { formatBytes } from "../units.ts";
import { writeError } from "../write-error.ts";
import { crowding, hasRoom, moreNeighbours, type Needs, needsOf, reserveText } from "./needs.ts";
import { MORE_MEMORY, overfullText } from "./overfull.ts";

type HasRoom = Pick<Runtime, "room">;

const FEWER = "Use fewer leechers (`up --leechers N`, `scale leecher=N`)";

/**
 * Refuses, with numbers, a lab or a change of one that cannot fit on this machine, before anything of it is done.
 * @param folder where downloads go, as far as this machine can see it.
 * @param before the lab as it is, if it is there already.
 * @returns lines about what fits badly.
 */
export async function checkRoom(
  plan: LabPlan,
  { folder, runtime, before }: { folder: string; runtime: HasRoom; before: LabPlan | undefined },
): Promise<string[]> {
  const needs = needsOf(plan, before);
  if (Object.values(needs).every((need) => need === 0)) return [];
  refuseOverfull(plan, before);
  refuseDisk(needs, freeBytes(folder));
  const { memory, neighbours } = await roomOf(runtime);
  refuseMemory(needs, memory);
  refuseCrowd(plan, needs, neighbours);
  return crowdNote(plan, needs, neighbours);
}

/** For a lab of more containers than the kernel keeps track of; none where it does, or does not tell. */
function crowdNote({ nodes }: LabPlan, { neighbours }: Needs, limit: number | undefined): string[] {
  if (limit === undefined || crowding(neighbours, limit) === "none") return [];
  return [
    `warning: ${nodes.length} containers may need ${neighbours} entries of the neighbour table, it has ${limit}: ` +
      `they lose sight of each other at times, which costs minutes; ${moreNeighbours(neighbours)} helps`,
  ];
}

function refuseOverfull(plan: LabPlan, before: LabPlan | undefined): void {
  const text = overfullText(plan, before);
  if (text !== undefined) throw new LabError("environment", text, { hint: MORE_MEMORY });
}

function refuseDisk({ disk, downloaders }: Needs, free: number): void {
  if (disk === 0 || hasRoom("disk", disk, free)) return;
  throw new LabError(
    "environment",
    `the downloads of ${downloaders} peers need ${formatBytes(disk)}, the disk has ${formatBytes(free)} free` +
      reserveText("disk", disk, free),
    { hint: `${FEWER}, share less in sources/, or make room. \`lab down --all\` frees old labs.` },
  );
}

function refuseMemory({ memory, nodes }: Needs, free: number): void {
  if (memory === 0 || hasRoom("memory", memory, free)) return;
  const reserve = reserveText("memory", memory, free);
  const need = `need ${formatBytes(memory)} of memory, ${formatBytes(free)} are free${reserve}`;
  throw new LabError("environment", nodes > 0 ? `the ${nodes} nodes to start ${need}` : `the new downloads ${need}`, {
    hint: `${FEWER}, or end other programs. \`lab down --all\` frees old labs.`,
  });
}

function refuseCrowd({ nodes }: LabPlan, { neighbours }: Needs, limit: number | undefined): void {
  if (limit === undefined || crowding(neighbours, limit) !== "hopeless") return;
  throw new LabError(
    "environment",
    `${nodes.length} containers need ${neighbours} entries of the kernel's neighbour table, it has ${limit}: most would never find each other`,
    {
      hint: `\`${moreNeighbours(neighbours)}\` makes room until the next boot. ${FEWER}, or --runtime process.`,
    },
  );
}

/** What nodes may take: of the machine they run on, which may be another than this one. */
export async function roomOf(runtime: HasRoom | undefined): Promise<Room> {
  return (await runtime?.room?.()) ?? { memory: process.availableMemory(), neighbours: undefined };
}

/** @throws LabError (environment) when there is no such folder and none can be made. */
export function freeBytes(folder: string): number {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw writeError(folder, error);
  }
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
