import { rmSync } from "node:fs";
import { name as labName } from "../../api/words.ts";
import { exitCodes, LabError } from "../../errors.ts";
import { labFolder } from "../../runtime/folder.ts";
import { sweepLock } from "../../runtime/lock.ts";
import { listRegistry, readRegistry, registryFolder, removeRegistry } from "../../runtime/registry.ts";
import type { Removed, Runtime, RuntimeEvent } from "../../runtime/runtime.ts";
import { printable } from "../../units.ts";
import type { DownFlags } from "../down.ts";
import { openDockerRuntime, openProcessRuntime } from "../runtimes.ts";
import { defaultLabName, print, printJson, shortPath, tell, type World } from "../world.ts";

/** `lab down`: works from any folder and without the lab's own files, and may be repeated. */
export async function down(world: World, asked: string | undefined, flags: DownFlags): Promise<number> {
  if (asked !== undefined && !labName.safeParse(asked).success) {
    throw new LabError("usage", `"${printable(asked)}" cannot be a lab's name`, {
      hint: "`lab ls` shows the labs that there are.",
    });
  }
  const runtimes = await allRuntimes(world);
  const names = flags.all ? await everyLab(world, runtimes) : [asked ?? defaultLabName(world.dir)];
  const results: RemovedLab[] = [];
  for (const lab of names) results.push(await removeLab(world, runtimes, lab, { volumes: flags.volumes }));
  if (flags.all) await Promise.all(runtimes.map((runtime) => runtime.prune?.()));
  if (flags.json) printJson(world, { schemaVersion: 1, removed: results });
  else report(world, results, flags.volumes);
  const left = results.flatMap((result) => result.left);
  if (left.length === 0) return exitCodes.ok;
  throw new LabError("environment", `could not remove: ${left.join("; ")}`, {
    hint: "Try again; if it stays, restart the Docker Engine and run `lab down` once more.",
  });
}

async function allRuntimes(world: World): Promise<Runtime[]> {
  const docker = await openDockerRuntime(world).catch((error: unknown) => {
    tell(world, `lab: containers are not looked for: ${error instanceof Error ? error.message : error}`);
    return undefined;
  });
  return [openProcessRuntime(world), ...(docker?.runtime ? [docker.runtime] : [])];
}

async function everyLab(world: World, runtimes: readonly Runtime[]): Promise<string[]> {
  const running = (await Promise.all(runtimes.map((runtime) => runtime.labs()))).flat();
  const ours = running.filter(({ origin }) => origin === "lab").map(({ lab }) => lab);
  const registered = listRegistry(registryFolder(world.env)).map(({ lab }) => lab);
  return [...new Set([...ours, ...registered])].sort();
}

export interface RemovedLab extends Removed {
  readonly lab: string;
  /** The folders it was started in, as far as anything still tells; else the one the command was called in. */
  readonly dirs: readonly string[];
}

/** Removes one lab in every runtime: after a crash nobody may know in which it was. */
export async function removeLab(
  world: World,
  runtimes: readonly Runtime[],
  lab: string,
  { volumes, progress }: { readonly volumes: boolean; readonly progress?: (event: RuntimeEvent) => void },
): Promise<RemovedLab> {
  const registry = registryFolder(world.env);
  const dirs = await foldersOf(world, runtimes, lab);
  const parts = await Promise.all(runtimes.map((runtime) => runtime.down(lab, progress ? { progress } : {})));
  const removed: RemovedLab = {
    lab,
    dirs,
    nodes: total(parts, "nodes"),
    networks: total(parts, "networks"),
    volumes: total(parts, "volumes"),
    left: parts.flatMap((part) => part.left),
  };
  for (const dir of dirs) forget(dir, lab, volumes);
  if (removed.left.length === 0) removeRegistry(registry, lab);
  sweepLock(registry, lab);
  return removed;
}

/** A folder of the same name elsewhere belongs to another lab: it is touched only where nothing says where this one was. */
async function foldersOf(world: World, runtimes: readonly Runtime[], lab: string): Promise<string[]> {
  const reports = (await Promise.all(runtimes.map((runtime) => runtime.labs()))).flat();
  const known = [
    readRegistry(registryFolder(world.env), lab)?.dir,
    ...reports.filter((report) => report.lab === lab).map(({ dir }) => dir),
  ].filter((dir) => dir);
  return known.length > 0 ? [...new Set(known as string[])] : [world.dir];
}

/** Secrets and the plan go with the lab; torrents, hashes and recorded runs stay until `-v`. */
function forget(dir: string, lab: string, volumes: boolean): void {
  const folder = labFolder(dir, lab);
  const gone = volumes ? [folder.root] : [folder.secrets, folder.data, folder.compose, folder.plan];
  for (const path of gone) rmSync(path, { recursive: true, force: true });
}

function total(parts: readonly Removed[], key: "nodes" | "networks" | "volumes"): number {
  return parts.reduce((sum, part) => sum + part[key], 0);
}

function report(world: World, results: readonly RemovedLab[], volumes: boolean): void {
  if (results.every((result) => result.nodes + result.networks + result.volumes === 0)) {
    return print(world, "nothing to do: no lab is running");
  }
  for (const result of results) {
    const parts = [
      count(result.nodes, "node"),
      count(result.networks, "network"),
      count(result.volumes, "volume"),
    ].filter((part) => part !== "");
    const kept = result.dirs.map((dir) => shortPath(world, labFolder(dir, result.lab).root)).join(", ");
    const rest = volumes ? "" : ` (torrents and runs stay in ${kept})`;
    print(world, `removed ${result.lab}: ${parts.join(", ") || "nothing"}${rest}`);
  }
}

function count(number: number, what: string): string {
  if (number === 0) return "";
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
