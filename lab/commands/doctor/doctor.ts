import { exitCodes } from "../../errors.ts";
import { loadProfile } from "../../profile/load.ts";
import { printable } from "../../units.ts";
import type { DoctorFlags } from "../doctor.ts";
import { catchInterrupts } from "../interrupts.ts";
import { paint, print, printJson, profileFolders, type World } from "../world.ts";
import { type Facts, gatherFacts } from "./facts.ts";
import { type Finding, judge, type Verdict } from "./judge.ts";
import { smoke } from "./smoke.ts";

const signs: Record<Verdict, string> = { ok: "✓", warning: "!", failed: "✗" };
const colours = { ok: "green", warning: "yellow", failed: "red" } as const;

/** `lab doctor`: exit 3 when something keeps labs from running here, or the one that was tried did not run. */
export async function doctor(world: World, flags: DoctorFlags): Promise<number> {
  const findings = judge(await look(world, flags));
  if (!flags.json) for (const finding of findings) show(world, finding);
  if (flags.smoke) {
    const finding = await smoke(world, flags.runtime);
    findings.push(finding);
    if (!flags.json) show(world, finding);
  }
  const isWell = findings.every(({ verdict }) => verdict !== "failed");
  if (flags.json) printJson(world, { schemaVersion: 1, ok: isWell, checks: findings });
  return isWell ? exitCodes.ok : exitCodes.environment;
}

/** To its end also after a Ctrl-C, within seconds: what a look at the kernel needs a container for is removed by it, too. */
async function look(world: World, { profile }: DoctorFlags): Promise<Facts> {
  using interrupts = catchInterrupts();
  const facts = await gatherFacts(world, loadProfile(profile, profileFolders(world)));
  interrupts.signal.throwIfAborted();
  return facts;
}

function show(world: World, { verdict, title, detail, fix }: Finding): void {
  print(world, `${paint(world, colours[verdict], signs[verdict])} ${title}: ${printable(detail)}`);
  if (fix) print(world, `    ${fix}`);
}
