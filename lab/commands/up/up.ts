import { exitCodes, LabError } from "../../errors.ts";
import { planText } from "../../plan/text.ts";
import { lockLab } from "../../runtime/lock.ts";
import { registryFolder } from "../../runtime/registry.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { removeLab } from "../down/down.ts";
import { type FoundLab, findLab, lookForLab } from "../find-lab.ts";
import { catchInterrupts } from "../interrupts.ts";
import { type ChosenRuntime, chooseRuntime, openProcessRuntime } from "../runtimes.ts";
import type { UpFlags } from "../up.ts";
import { canShowDashboard } from "../watch/dashboard.ts";
import { print, printJson, tell, type World } from "../world.ts";
import { bringUp, changesOf } from "./bring-up.ts";
import { makeLabPlan } from "./lab-plan.ts";
import { upOnScreen } from "./on-screen.ts";
import { stay } from "./stay.ts";
import { readWanted, type Wanted } from "./wanted.ts";

/** `lab up`: starts a lab, or brings the running one to what profile and flags say, and shows it. */
export async function up(world: World, flags: UpFlags): Promise<number> {
  const wanted = readWanted(world, flags);
  using interrupts = catchInterrupts({
    onSecond: () => tell(world, `lab: ended at once; \`lab down ${wanted.lab}\` removes what is left`),
  });
  const { signal } = interrupts;
  const before = await lookForLab(world, wanted.lab);
  refuseAnothersLab(world, wanted, before);
  const { runtime, reason } = await runtimeFor(world, flags, before);
  if (flags.dryRun) return dryRun(world, flags, wanted, runtime, before, signal);

  if (flags.runtime === "auto" && !before) tell(world, `runtime: ${runtime.kind} (${reason})`);
  if (isOnScreen(world, flags)) return upOnScreen(world, { flags, wanted, runtime, before, signal });
  const release = lockLab(registryFolder(world.env), wanted.lab);
  try {
    await bringUp(world, { flags, wanted, runtime, before, signal });
  } catch (error) {
    if (!before) await cleanUp(world, runtime, wanted.lab);
    throw error;
  } finally {
    release();
  }

  const lab = await findLab(world, wanted.lab);
  try {
    return await stay(world, { flags, wanted, lab, signal });
  } catch (error) {
    if (!signal.aborted || before) throw error;
    await cleanUp(world, runtime, wanted.lab);
    throw error;
  }
}

/** Attached on a terminal, and nothing was asked for that needs another kind of output. */
function isOnScreen(world: World, flags: UpFlags): boolean {
  const elsewhere = flags.detach || flags.wait || flags.json || flags.plain;
  return !elsewhere && canShowDashboard(world);
}

function refuseAnothersLab(world: World, wanted: Wanted, before: FoundLab | undefined): void {
  if (!before || before.report.dir === world.dir) return;
  const where = before.report.origin === "foreign" ? "docker compose" : before.report.dir;
  throw new LabError("conflict", `a lab "${wanted.lab}" was started by ${where}`, {
    hint: `Give this one another --name, or remove that one: \`lab down ${wanted.lab}\`.`,
  });
}

/** A running lab stays in its runtime. */
async function runtimeFor(world: World, flags: UpFlags, before: FoundLab | undefined): Promise<ChosenRuntime> {
  if (!before) return chooseRuntime(world, flags.runtime, flags);
  if (flags.runtime === "auto" || flags.runtime === before.runtime.kind) {
    return { runtime: before.runtime, reason: "it runs there" };
  }
  throw new LabError("conflict", `the lab "${before.name}" runs in the ${before.runtime.kind} runtime`, {
    hint: `\`lab down ${before.name}\` first, or leave out --runtime ${flags.runtime}.`,
  });
}

async function dryRun(
  world: World,
  flags: UpFlags,
  wanted: Wanted,
  runtime: Runtime,
  before: FoundLab | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { plan } = await makeLabPlan(world, { flags, wanted, runtime, before, signal });
  const changes = before ? await changesOf(before, plan) : undefined;
  if (flags.json) printJson(world, { schemaVersion: 1, plan, ...(changes && { changes }) });
  else for (const line of changes ?? planText(plan)) print(world, line);
  return exitCodes.ok;
}

/** Removes what this command started; says so once. */
async function cleanUp(world: World, runtime: Runtime, lab: string): Promise<void> {
  tell(world, `removing the lab "${lab}" …`);
  const runtimes = runtime.kind === "process" ? [runtime] : [runtime, openProcessRuntime(world)];
  const { left } = await removeLab(world, runtimes, lab, { volumes: false });
  tell(world, left.length === 0 ? "removed" : `left: ${left.join("; ")}`);
}
