import { LabError } from "../errors.ts";
import { fileOf, isHere, type RegistryEntry, readRegistry, registryFolder } from "../runtime/registry.ts";
import type { LabReport } from "../runtime/runtime.ts";
import type { EngineAnswer } from "./runtimes.ts";
import { shortPath, type World } from "./world.ts";

/** Why nothing here can tell what became of a lab, and what helps. */
export interface OutOfReach {
  readonly lab: string;
  readonly place: "in containers" | "on another machine";
  /** A sentence without its full stop, as `hint`. */
  readonly why: string;
  readonly hint: string;
}

/**
 * Of a registered lab: whether it is on another machine, or in an engine that does not answer or is not the one that does.
 * @param reports the labs that the engine has: it may have one under another address.
 */
export function outOfReach(
  world: World,
  lab: string,
  engine: EngineAnswer,
  reports: readonly LabReport[],
): OutOfReach | undefined {
  const entry = readRegistry(registryFolder(world.env), lab);
  if (entry === undefined) return undefined;
  if (!isHere(entry)) return elsewhere(world, entry);
  if (entry.runtime === "process") return undefined;
  if (!engine.runtime) return silent(lab, engine.reason);
  const hasIt = reports.some((report) => report.lab === lab && report.run === entry.run);
  if (entry.engine === undefined || entry.engine === engine.runtime.engine || hasIt) return undefined;
  return another(lab, entry.engine, engine.runtime.engine);
}

function elsewhere(world: World, { lab, machine }: RegistryEntry): OutOfReach {
  const file = shortPath(world, fileOf(registryFolder(world.env), lab));
  const why = `it was started on ${machine?.host}`;
  return { lab, place: "on another machine", why, hint: `Call lab there (if that machine is no more, remove ${file})` };
}

function silent(lab: string, why: string): OutOfReach {
  return { lab, place: "in containers", why, hint: "Start the engine (`docker info` shows what is wrong)" };
}

function another(lab: string, its: string, here = "another address"): OutOfReach {
  const why = `it was started with the engine at ${its}, and the one at ${here} does not know it`;
  return { lab, place: "in containers", why, hint: `Call lab with DOCKER_HOST=${its}` };
}

/** One line for who lists labs. */
export const outOfReachText = ({ lab, place, why }: OutOfReach): string => `the lab "${lab}" runs ${place}: ${why}`;

/** Never taken for a lab that does not run: the next one would take its place, and its nodes would be nobody's. */
export function refuseOutOfReach(found: OutOfReach | undefined): void {
  if (found === undefined) return;
  throw new LabError("environment", outOfReachText(found), {
    hint: `${found.hint}, or give another lab another --name.`,
  });
}
