import { exitCodes } from "../../errors.ts";
import { printable } from "../../units.ts";
import { paint, print, printJson, type World } from "../world.ts";
import { checks, type Finding, type Verdict } from "./checks.ts";

const signs: Record<Verdict, string> = { ok: "✓", warning: "!", failed: "✗" };
const colours = { ok: "green", warning: "yellow", failed: "red" } as const;

/** `lab doctor`: exit 3 when something keeps labs from running here. */
export async function doctor(world: World, flags: { json: boolean }): Promise<number> {
  const findings: (Finding & { id: string; title: string })[] = [];
  for (const { id, title, run } of checks) findings.push({ id, title, ...(await run(world)) });
  const failed = findings.some(({ verdict }) => verdict === "failed");
  if (flags.json) printJson(world, { schemaVersion: 1, ok: !failed, checks: findings });
  else for (const finding of findings) show(world, finding);
  return failed ? exitCodes.environment : exitCodes.ok;
}

function show(world: World, { verdict, title, detail, fix }: Finding & { title: string }): void {
  print(world, `${paint(world, colours[verdict], signs[verdict])} ${title}: ${printable(detail)}`);
  if (fix) print(world, `    ${fix}`);
}
