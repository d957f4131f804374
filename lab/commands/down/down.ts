import { existsSync } from "node:fs";
import { exitCodes, LabError } from "../../errors.ts";
import { entryLock } from "../../runtime/change-registry.ts";
import { labFolder } from "../../runtime/folder.ts";
import { sweepLock } from "../../runtime/lock.ts";
import { listRegistry, readRegistry, registryFolder, removeRegistry } from "../../runtime/registry.ts";
import { removePath } from "../../runtime/remove.ts";
import type { LabReport, Removed, Runtime, RuntimeEvent } from "../../runtime/runtime.ts";
import type { DownFlags } from "../down.ts";
import { reportOf, startedByCompose } from "../find-lab.ts";
import { labNameOf } from "../lab-name.ts";
import { outOfReach } from "../out-of-reach.ts";
import { lookForEngine, openProcessRuntime } from "../runtimes.ts";
import { print, printJson, tell, type World } from "../world.ts";
import { notRemoved, refuseFailed, refuseLeft } from "./refusals.ts";
import { isNothing, reportRemoved } from "./report.ts";
import { tellStopping } from "./tell-stopping.ts";

/** `lab down`: works from any folder and without the lab's own files, and may be repeated. */
export async function down(world: World, asked: string | undefined, flags: DownFlags): Promise<number> {
  const lab = labNameOf(world, asked);
  const engine = await lookForEngine(world);
  const runtimes = [openProcessRuntime(world), ...(engine.runtime ? [engine.runtime] : [])];
  const names = flags.all ? await everyLab(world, runtimes) : [lab];
  // Nobody knows what is left of them: what leads back to them stays.
  const reports = (await engine.runtime?.labs()) ?? [];
  const unreached = names.flatMap((lab) => outOfReach(world, lab, engine, reports) ?? []);
  if (!engine.runtime && engine.isNamed && unreached.length === 0)
    tell(world, `lab: containers are not looked for: ${engine.reason}`);
  const reached = names.filter((lab) => unreached.every((one) => one.lab !== lab));
  const { results, failures } = await removeAll(world, runtimes, reached, flags);
  if (flags.all) await Promise.all(runtimes.map((runtime) => runtime.prune?.()));
  if (flags.json) printJson(world, { schemaVersion: 1, removed: results });
  else if (!results.every(isNothing)) reportRemoved(world, results, flags.volumes);
  else if (unreached.length + failures.length === 0) await sayNothingToDo(world, runtimes, names);
  refuseFailed(failures);
  refuseLeft(results);
  if (unreached.length > 0) throw notRemoved(unreached);
  return exitCodes.ok;
}

/** One that cannot be removed is in the way of no other. */
async function removeAll(
  world: World,
  runtimes: readonly Runtime[],
  labs: readonly string[],
  { volumes }: DownFlags,
): Promise<{ results: RemovedLab[]; failures: LabError[] }> {
  const results: RemovedLab[] = [];
  const failures: LabError[] = [];
  for (const lab of labs) {
    try {
      results.push(await removeLab(world, runtimes, lab, { volumes }));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      failures.push(error);
    }
  }
  return { results, failures };
}

async function everyLab(world: World, runtimes: readonly Runtime[]): Promise<string[]> {
  const ours = (await labsOf(runtimes)).filter(({ origin }) => origin === "lab").map(({ lab }) => lab);
  const registered = listRegistry(registryFolder(world.env)).map(({ lab }) => lab);
  return [...new Set([...ours, ...registered])].sort();
}

async function labsOf(runtimes: readonly Runtime[]): Promise<LabReport[]> {
  return (await Promise.all(runtimes.map((runtime) => runtime.labs()))).flat();
}

async function sayNothingToDo(world: World, runtimes: readonly Runtime[], names: readonly string[]): Promise<void> {
  const reports = await labsOf(runtimes);
  const foreign = names.filter((lab) => reportOf(reports, lab, "foreign")).map(startedByCompose);
  for (const { message, hint } of foreign) print(world, `nothing to do: ${message}\n${hint}`);
  if (foreign.length === 0) print(world, "nothing to do: no lab is running");
}

export interface RemovedLab extends Removed {
  readonly lab: string;
  /** The folders it was started in, as far as anything still tells; else the one the command was called in. */
  readonly dirs: readonly string[];
  /** Files and folders of the lab that were removed. */
  readonly files: readonly string[];
}

/** Removes one lab in every runtime: after a crash nobody may know in which it was. */
export async function removeLab(
  world: World,
  runtimes: readonly Runtime[],
  lab: string,
  { volumes, progress }: { readonly volumes: boolean; readonly progress?: (event: RuntimeEvent) => void },
): Promise<RemovedLab> {
  const registry = registryFolder(world.env);
  const reports = (await labsOf(runtimes)).filter((report) => report.lab === lab && report.origin === "lab");
  const dirs = foldersOf(world, lab, reports);
  await Promise.all(reports.map(tellStopping));
  const parts = await Promise.all(runtimes.map((runtime) => runtime.down(lab, progress ? { progress } : {})));
  if (readRegistry(registry, lab) === undefined) refuseOthers(parts);
  const files = dirs.flatMap((dir) => forget(dir, lab, volumes));
  const removed: RemovedLab = {
    lab,
    dirs,
    files,
    nodes: total(parts, "nodes"),
    networks: total(parts, "networks"),
    volumes: total(parts, "volumes"),
    left: parts.flatMap((part) => part.left),
  };
  if (removed.left.length === 0) removeRegistry(registry, lab);
  for (const lock of [lab, entryLock(lab)]) sweepLock(registry, lock);
  return removed;
}

/** A folder of the same name elsewhere belongs to another lab: it is touched only where nothing says where this one was. */
function foldersOf(world: World, lab: string, reports: readonly LabReport[]): string[] {
  const known = [readRegistry(registryFolder(world.env), lab)?.dir, ...reports.map(({ dir }) => dir)].filter(
    (dir) => dir,
  );
  return known.length > 0 ? [...new Set(known as string[])] : [world.dir];
}

/** Secrets and the plan go with the lab; torrents, hashes and recorded runs stay until `-v`. */
function forget(dir: string, lab: string, volumes: boolean): string[] {
  const folder = labFolder(dir, lab);
  const paths = volumes ? [folder.root] : [folder.secrets, folder.data, folder.compose, folder.plan];
  const gone = paths.filter((path) => existsSync(path));
  for (const path of gone) removePath(path);
  return gone;
}

/** Where nothing of the caller's had the name, another user's lab was meant. */
function refuseOthers(parts: readonly Removed[]): void {
  const others = parts.find((part) => part.others !== undefined)?.others;
  if (others === undefined || parts.some(({ nodes, networks, volumes }) => nodes + networks + volumes > 0)) return;
  throw new LabError("conflict", others, { hint: "Who started it can take it down, or root; `lab ls` shows yours." });
}

function total(parts: readonly Removed[], key: "nodes" | "networks" | "volumes"): number {
  return parts.reduce((sum, part) => sum + part[key], 0);
}
