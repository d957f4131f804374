import { listRegistry, registryFolder } from "../../runtime/registry.ts";
import type { LabReport } from "../../runtime/runtime.ts";
import { outOfReach, outOfReachText } from "../out-of-reach.ts";
import { lookForEngine, openProcessRuntime } from "../runtimes.ts";
import { table } from "../table.ts";
import { print, printJson, shortPath, tell, type World } from "../world.ts";

/** `lab ls`: on stdout what is there, on stderr what cannot be looked at from here. */
export async function ls(world: World, flags: { json: boolean }): Promise<void> {
  const engine = await lookForEngine(world);
  const inContainers = (await engine.runtime?.labs()) ?? [];
  const labs = [...(await openProcessRuntime(world).labs()), ...inContainers];
  const registered = listRegistry(registryFolder(world.env));
  const unreached = registered.flatMap(({ lab }) => outOfReach(world, lab, engine, inContainers) ?? []);
  for (const one of unreached) tell(world, outOfReachText(one));
  labs.sort((a, b) => (a.lab < b.lab ? -1 : 1));
  if (flags.json) return printJson(world, { schemaVersion: 1, labs });
  if (labs.length + unreached.length === 0) return tell(world, "no lab is running; `lab up` starts one");
  if (labs.length === 0) return;
  const rows = labs.map((lab) => [lab.lab, lab.runtime, `${lab.running}/${lab.nodes}`, originText(world, lab)]);
  for (const line of table(["LAB", "RUNTIME", "RUNNING", "FOLDER"], rows)) print(world, line);
}

function originText(world: World, lab: LabReport): string {
  return lab.origin === "foreign" ? "foreign: started by docker compose" : shortPath(world, lab.dir);
}
