import { exitCodes, LabError } from "../../errors.ts";
import { planText } from "../../plan/text.ts";
import { lockLab } from "../../runtime/lock.ts";
import { readPlan } from "../../runtime/plan-file.ts";
import { registryFolder } from "../../runtime/registry.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { removeLab } from "../down/down.ts";
import { type FoundLab, findLab, lookForLab } from "../find-lab.ts";
import { catchInterrupts, orInterrupted } from "../interrupts.ts";
import { withKnobsInForce } from "../knobs-in-force.ts";
import { type ChosenRuntime, chooseRuntime, openProcessRuntime } from "../runtimes.ts";
import type { UpFlags } from "../up.ts";
import { canShowDashboard } from "../watch/dashboard.ts";
import { print, printJson, tell, type World } from "../world.ts";
import { bringUp, changesOf } from "./bring-up.ts";
import { makeLabPlan, type UpContext } from "./lab-plan.ts";
import { upOnScreen } from "./on-screen.ts";
import { stay } from "./stay.ts";
import { readWanted, type Wanted } from "./wanted.ts";

/** `lab up`: starts a lab, or brings the running one to what profile and flags say, and shows it. */
export async function up(world: World, flags: UpFlags): Promise<number> {
  const wanted = readWanted(world, flags);
  const hangup = new AbortController();
  using interrupts = catchInterrupts({
    onSecond: () => tell(world, whatIsLeft(world, wanted.lab)),
    onHangup: () => hangup.abort(),
  });
  const { signal } = interrupts;
  if (flags.dryRun) return dryRun(world, flags, wanted, signal);

  // From the first look on: of two that start the same lab at once, the other must not see that there is none yet.
  const release = lockLab(registryFolder(world.env), wanted.lab);
  try {
    const before = await orInterrupted(runningLab(world, wanted), signal);
    refuseAnothersLab(world, wanted, before);
    const { runtime, reason } = await orInterrupted(runtimeFor(world, flags, before), signal);
    if (flags.runtime === "auto" && !before) tell(world, `runtime: ${runtime.kind} (${reason})`);
    const context = { flags, wanted, runtime, before, signal };
    const screen = { hangup: hangup.signal, again: interrupts.again, isUp: release };
    if (isOnScreen(world, flags)) return await upOnScreen(world, { ...context, ...screen });
    return await upInLines(world, context, hangup.signal, release);
  } finally {
    release();
  }
}

/** Brings the lab up and stays as long as was asked for. A lab that was started here and is interrupted is removed. */
async function upInLines(world: World, context: UpContext, hangup: AbortSignal, isUp: () => void): Promise<number> {
  const { flags, wanted, runtime, before, signal } = context;
  let isThere = false;
  try {
    await bringUp(world, context);
    isUp();
    isThere = true;
    const lab = await findLab(world, wanted.lab);
    return await stay(world, { flags, wanted, lab, signal, hangup });
  } catch (error) {
    if (before || (isThere && !signal.aborted)) throw error;
    const outcome = await cleanUp(world, runtime, wanted.lab);
    throw signal.aborted ? interruption(signal, outcome) : error;
  }
}

/** Attached on a terminal, and nothing was asked for that needs another kind of output. */
function isOnScreen(world: World, flags: UpFlags): boolean {
  const elsewhere = flags.detach || flags.wait || flags.json || flags.plain;
  return !elsewhere && canShowDashboard(world);
}

/** As it runs, so that what was set live is part of the difference. */
async function runningLab(world: World, { lab }: Wanted): Promise<FoundLab | undefined> {
  const found = await lookForLab(world, lab);
  return found && withKnobsInForce(found);
}

function refuseAnothersLab(world: World, wanted: Wanted, before: FoundLab | undefined): void {
  if (!before || before.report.dir === world.dir) return;
  throw new LabError("conflict", `a lab "${wanted.lab}" was started by ${before.report.dir}`, {
    hint: `Give this one another --name, or remove that one: \`lab down ${wanted.lab}\`.`,
  });
}

/** A running lab stays in its runtime. */
async function runtimeFor(world: World, flags: UpFlags, before: FoundLab | undefined): Promise<ChosenRuntime> {
  if (!before) return chooseRuntime(world, flags.runtime, flags);
  if (flags.runtime === "auto" || flags.runtime === before.runtime.kind) {
    return chooseRuntime(world, before.runtime.kind, flags);
  }
  throw new LabError("conflict", `the lab "${before.name}" runs in the ${before.runtime.kind} runtime`, {
    hint: `\`lab down ${before.name}\` first, or leave out --runtime ${flags.runtime}.`,
  });
}

async function dryRun(world: World, flags: UpFlags, wanted: Wanted, signal: AbortSignal): Promise<number> {
  const before = await orInterrupted(runningLab(world, wanted), signal);
  refuseAnothersLab(world, wanted, before);
  const { runtime } = await orInterrupted(runtimeFor(world, flags, before), signal);
  const { plan } = await makeLabPlan(world, { flags, wanted, runtime, before, signal });
  const changes = before ? await changesOf(before, plan) : undefined;
  if (flags.json) printJson(world, { schemaVersion: 1, plan, ...(changes && { changes }) });
  else for (const line of changes ?? planText(plan)) print(world, line);
  return exitCodes.ok;
}

/** Removes what this command started, if it came as far; a sentence that says what became of it. */
async function cleanUp(world: World, runtime: Runtime, lab: string): Promise<string> {
  const runtimes = runtime.kind === "process" ? [runtime] : [runtime, openProcessRuntime(world)];
  let said = false;
  const progress = () => {
    if (!said) tell(world, `removing the lab "${lab}" …`);
    said = true;
  };
  const { left, nodes, networks, volumes } = await removeLab(world, runtimes, lab, { volumes: false, progress });
  if (left.length > 0) return `of the lab "${lab}" is left: ${left.join("; ")} (\`lab down ${lab}\` tries again)`;
  return nodes + networks + volumes > 0 ? `the lab "${lab}" was removed` : "nothing had been started";
}

/** The signal's own error, with what became of the lab. */
function interruption({ reason }: AbortSignal, outcome: string): unknown {
  return reason instanceof LabError ? new LabError(reason.kind, `${reason.message}: ${outcome}`) : reason;
}

/** Said when Ctrl-C comes again: there is no time to look. */
function whatIsLeft(world: World, lab: string): string {
  const names = readPlan(world.dir, lab)?.nodes.map((node) => node.name) ?? [];
  const what = names.length === 0 ? "something" : names.join(", ");
  return `lab: ended at once; of the lab "${lab}" may be left: ${what}. \`lab down ${lab}\` removes it`;
}
