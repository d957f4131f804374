import { exitCodes } from "../../errors.ts";
import { parseCondition } from "../condition.ts";
import { endOfLab } from "../end-of-lab.ts";
import { connectLab } from "../find-lab.ts";
import { reachGoal } from "../goal.ts";
import { catchInterrupts } from "../interrupts.ts";
import { tell, type World } from "../world.ts";

/** `lab wait`: never touches the lab, whatever ends it. */
export async function wait(world: World, flags: { until: string; timeout?: number; name?: string }): Promise<number> {
  const condition = parseCondition(flags.until);
  const lab = await connectLab(world, flags.name);
  using interrupts = catchInterrupts();
  using gone = endOfLab(world, lab.name);
  const signal = AbortSignal.any([interrupts.signal, gone.signal]);
  await reachGoal(lab.client, { condition, lab: lab.name }, { timeout: flags.timeout, signal });
  tell(world, `${flags.until}: reached`);
  return exitCodes.ok;
}
