import { type ApiClient, apiClient } from "../api/client.ts";
import { LabError } from "../errors.ts";
import type { LabPlan } from "../plan/plan.ts";
import { type LabFolder, labFolder } from "../runtime/folder.ts";
import { readPlan } from "../runtime/plan-file.ts";
import { isHere, readRegistry, registryFolder } from "../runtime/registry.ts";
import type { LabReport, Runtime } from "../runtime/runtime.ts";
import { readSecret } from "../runtime/secrets.ts";
import { printable } from "../units.ts";
import { outOfReach, refuseOutOfReach } from "./out-of-reach.ts";
import { lookForEngine, openProcessRuntime } from "./runtimes.ts";
import { defaultLabName, type World } from "./world.ts";

/** A lab that is there, with all that commands need of it. */
export interface FoundLab {
  readonly name: string;
  readonly report: LabReport;
  readonly runtime: Runtime;
  readonly folder: LabFolder;
  /** As it was last brought up; `undefined` when its folder is lost. */
  readonly plan: LabPlan | undefined;
}

/** The lab of that name, or of this folder. A failure (exit 1) when none is running. */
export async function findLab(world: World, name: string | undefined): Promise<FoundLab> {
  const wanted = name ?? defaultLabName(world.dir);
  const found = await lookForLab(world, wanted);
  if (found) return found;
  const engine = await lookForEngine(world);
  if (reportOf((await engine.runtime?.labs()) ?? [], wanted, "foreign")) throw startedByCompose(wanted);
  throw new LabError("failed", `no lab "${printable(wanted)}" is running`, {
    hint: "`lab up` starts one here; `lab ls` shows all of them.",
  });
}

/** Of two labs that share a name the one of this origin. */
export function reportOf(
  reports: readonly LabReport[],
  name: string,
  origin: LabReport["origin"],
): LabReport | undefined {
  return reports.find((report) => report.lab === name && report.origin === origin);
}

/** For who wants to work with a lab of `compose.yaml` alone. */
export function startedByCompose(name: string): LabError {
  const compose = `docker compose -p ${name}`;
  return new LabError("failed", `the lab "${name}" was started by docker compose, which alone can work with it`, {
    hint: `\`${compose} ps\` shows it, \`${compose} down -v\` removes it; \`lab up\` starts another one beside it.`,
  });
}

/** A lab whose controller answers; all that looking needs. */
export interface ConnectedLab {
  readonly name: string;
  readonly plan: LabPlan;
  readonly client: ApiClient;
}

/**
 * The lab of that name, or of this folder, by its controller alone: asking the engine takes longer than most answers.
 * Where the registry does not lead to a controller that answers, the runtimes are asked what became of it.
 */
export async function connectLab(world: World, asked: string | undefined): Promise<ConnectedLab> {
  const name = asked ?? defaultLabName(world.dir);
  const dir = readRegistry(registryFolder(world.env), name)?.dir;
  const plan = dir === undefined ? undefined : readPlan(dir, name);
  if (plan && (await answers(plan))) return { name, plan, client: clientOfPlan(plan) };
  const lab = await findLab(world, name);
  return { name, client: clientOf(lab), plan: planOf(lab) };
}

/** A controller that is frozen takes connections and never answers. */
export const ANSWER_MS = 3000;

async function answers(plan: LabPlan): Promise<boolean> {
  const { secrets } = labFolder(plan.dir, plan.lab);
  if (readSecret(secrets, "admin") === undefined) return false;
  return clientOfPlan(plan)
    .status({ signal: AbortSignal.timeout(ANSWER_MS) })
    .then(
      ({ lab }) => lab.run === plan.run.run,
      () => false,
    );
}

/** The plan of a lab whose folder is still there. */
export function planOf(lab: FoundLab): LabPlan {
  if (lab.plan) return lab.plan;
  throw filesAreGone(lab.name, lab.folder.root);
}

/**
 * The lab of that name in whatever runtime, from whatever folder. One that `docker compose` started alone is none of ours
 * to change: its project has another name, so that a lab of the same name runs beside it.
 */
export async function lookForLab(world: World, name: string): Promise<FoundLab | undefined> {
  const local = openProcessRuntime(world);
  const entry = readRegistry(registryFolder(world.env), name);
  if (entry?.runtime === "process" && isHere(entry)) return labIn(local, await local.labs(), name);
  // The engine is also asked for labs of a lost registry.
  const engine = await lookForEngine(world);
  const reports = (await engine.runtime?.labs()) ?? [];
  refuseOutOfReach(outOfReach(world, name, engine, reports));
  return (engine.runtime && labIn(engine.runtime, reports, name)) ?? labIn(local, await local.labs(), name);
}

function labIn(runtime: Runtime, reports: readonly LabReport[], name: string): FoundLab | undefined {
  const report = reportOf(reports, name, "lab");
  if (!report) return undefined;
  return { name, report, runtime, folder: labFolder(report.dir, name), plan: readPlan(report.dir, name) };
}

/** A client of the lab's controller, with the right to change things. */
export function clientOf(lab: FoundLab): ApiClient {
  return clientOfPlan(planOf(lab));
}

/** The same for a plan that is in force, or is just being carried out. */
export function clientOfPlan(plan: LabPlan): ApiClient {
  const { secrets, root } = labFolder(plan.dir, plan.lab);
  const token = readSecret(secrets, "admin");
  if (token) return apiClient({ url: controllerUrl(plan), token });
  throw filesAreGone(plan.lab, root);
}

function filesAreGone(lab: string, root: string): LabError {
  return new LabError("failed", `the files of the lab "${lab}" in ${root} are gone`, {
    hint: `It cannot be talked to any more; \`lab down ${lab}\` removes it.`,
  });
}

export function controllerUrl(plan: LabPlan): string {
  return `http://127.0.0.1:${plan.port}`;
}
