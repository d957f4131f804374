import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { LabError, messageOf } from "../errors.ts";
import type { LabPlan } from "../plan/plan.ts";
import { changeRegistry } from "../runtime/change-registry.ts";
import { labFolder } from "../runtime/folder.ts";
import { writePlan } from "../runtime/plan-file.ts";
import { registryFolder } from "../runtime/registry.ts";
import type { Runtime, UpOptions } from "../runtime/runtime.ts";
import { forgetSecrets, writeSecrets } from "../runtime/secrets.ts";
import { printable } from "../units.ts";
import { clientOfPlan } from "./find-lab.ts";
import { writeRunPlan, writeRunTorrents } from "./run-folder.ts";
import { tell, type World } from "./world.ts";

/** Seconds in which the controller has to answer. */
const CONTROLLER_PATIENCE = 60;

export interface CarryOut {
  readonly plan: LabPlan;
  /** New torrent files, by info-hash. */
  readonly torrents: ReadonlyMap<string, Uint8Array>;
  readonly runtime: Runtime;
  /** Whether the lab runs already. */
  readonly running: boolean;
  /** Nodes that get the plan's knobs, others keep theirs; `undefined`: all get them, also those that were set live. */
  readonly retuned: readonly string[] | undefined;
  readonly options: UpOptions;
}

/** Makes the lab what the plan says. Returns once its controller answers and knows the plan. */
export async function carryOut(world: World, work: CarryOut): Promise<void> {
  const { plan, torrents, runtime, running, options } = work;
  const folder = labFolder(plan.dir, plan.lab);
  const names = plan.nodes.map((node) => node.name);
  writeSecrets(folder.secrets, names);
  writeRunTorrents(plan.dir, plan.run, torrents);
  // First the controller, so that it lets new nodes in and does not miss those that go.
  const isInForce = !running || (await handOver(world, work));
  writeRunPlan(plan.dir, plan.run);
  writePlan(plan);
  register(world, plan, runtime);
  await runtime.up(plan, options);
  await reachController(plan, runtime, options.signal);
  // One that was down has begun with the knobs that were in force before.
  if (!isInForce) await handOver(world, work);
  forgetSecrets(folder.secrets, names);
}

/**
 * Puts the plan in force; whether a controller was there to take it. Without one only an `up` of everything goes on,
 * because that starts it again.
 * @throws when it is refused, or nobody is there: nothing has changed then.
 */
async function handOver(world: World, { plan, retuned, options }: CarryOut): Promise<boolean> {
  try {
    const result = await clientOfPlan(plan).command(
      { type: "plan", plan: plan.run, ...(retuned && { retuned: [...retuned] }) },
      options.signal && { signal: options.signal },
    );
    if (!result.ok) throw new LabError("failed", `the controller refused the change: ${result.error}`);
    const warning = planAnswer.safeParse(result.value).data?.warning;
    if (warning !== undefined) tell(world, `warning: ${warning}`);
    return true;
  } catch (error) {
    const isAbsent = error instanceof LabError && error.kind === "environment";
    if (isAbsent && options.only === undefined) return false;
    throw error;
  }
}

const planAnswer = z.object({ warning: z.string() });

/** So that any command finds it from any folder; the process runtime adds its nodes. */
function register(world: World, { lab, run, runtime, dir }: LabPlan, { engine }: Runtime): void {
  changeRegistry(registryFolder(world.env), lab, (entry) => ({
    ...{ lab, run: run.run, runtime, dir, engine },
    nodes: entry?.nodes ?? {},
  }));
}

async function reachController(plan: LabPlan, runtime: Runtime, signal?: AbortSignal): Promise<void> {
  const client = clientOfPlan(plan);
  const deadline = performance.now() + CONTROLLER_PATIENCE * 1000;
  let reason = "no answer";
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    try {
      await client.status(signal && { signal });
      return;
    } catch (error) {
      reason = messageOf(error);
    }
    await refuseDeadController(plan.lab, runtime);
    await delay(50);
  }
  throw new LabError("node", `the controller did not answer within ${CONTROLLER_PATIENCE} s: ${reason}`);
}

/** A controller that ended at once will never answer: show its last words instead of waiting. */
async function refuseDeadController(lab: string, runtime: Runtime): Promise<void> {
  const controller = (await runtime.nodes(lab)).find((node) => node.name === "controller");
  if (controller?.state !== "failed" && controller?.state !== "stopped") return;
  throw new LabError("node", `the controller ended at once: ${await lastWords(runtime, lab, "controller")}`);
}

/** What is told of a node that `lab kill` ended: why it ended is known, and its last words say nothing of it. */
export const KILLED = "killed";

/** The last lines a node wrote, for an error message. */
export async function lastWords(runtime: Runtime, lab: string, node: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of runtime.logs(lab, { node, follow: false, tail: 5 })) lines.push(printable(line.text));
  return lines.join(" / ") || "it wrote nothing";
}
