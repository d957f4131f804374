import type { LabReport } from "../../runtime/runtime.ts";
import { openDockerRuntime, openProcessRuntime } from "../runtimes.ts";
import { table } from "../table.ts";
import { print, printJson, shortPath, tell, type World } from "../world.ts";

/** `lab ls`. */
export async function ls(world: World, flags: { json: boolean }): Promise<void> {
  const labs = [...(await openProcessRuntime(world).labs()), ...(await containerLabs(world))];
  labs.sort((a, b) => (a.lab < b.lab ? -1 : 1));
  if (flags.json) return printJson(world, { schemaVersion: 1, labs });
  if (labs.length === 0) return tell(world, "no lab is running; `lab up` starts one");
  const rows = labs.map((lab) => [lab.lab, lab.runtime, `${lab.running}/${lab.nodes}`, originText(world, lab)]);
  for (const line of table(["LAB", "RUNTIME", "RUNNING", "FOLDER"], rows)) print(world, line);
}

async function containerLabs(world: World): Promise<LabReport[]> {
  const docker = await openDockerRuntime(world).catch(() => undefined);
  return docker?.runtime ? docker.runtime.labs() : [];
}

function originText(world: World, lab: LabReport): string {
  return lab.origin === "foreign" ? "foreign: started by docker compose" : shortPath(world, lab.dir);
}
