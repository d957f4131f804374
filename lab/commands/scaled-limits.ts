import { withSettings } from "../plan/live.ts";
import type { LabPlan, PlanInput } from "../plan/plan.ts";
import { formatRate } from "../units.ts";

/** Bytes a second below which nobody is made slower. */
const SLOWEST = 16 * 1024;

/** An upload limit, bytes a second. */
interface Limit {
  readonly node: string;
  readonly from: number;
  readonly to: number;
}

/** Every upload limit that there is, times `factor`, and what comes of it in one line; unlimited peers stay so. */
export function scaledLimits(plan: LabPlan, factor: number): { input: Partial<PlanInput>; text: string } {
  const limits = plan.run.peers.flatMap(({ name, settings: { up } }): Limit[] => {
    return up === null ? [] : [{ node: name, from: up, to: Math.max(Math.min(SLOWEST, up), Math.round(up * factor)) }];
  });
  let changed = plan;
  for (const { node, to } of limits)
    changed = { ...changed, input: { ...changed.input, ...withSettings(changed, node, { up: to }) } };
  return { input: changed.input, text: limitsText(limits, factor) };
}

function limitsText(limits: readonly Limit[], factor: number): string {
  if (limits.length === 0) return "no peer has an upload limit";
  const rates = limits.map(({ to }) => to);
  const [least, most] = [formatRate(Math.min(...rates)), formatRate(Math.max(...rates))];
  const range = least === most ? least : `${least} to ${most}`;
  if (limits.every(({ from, to }) => from === to)) return `upload limits stay as low as they can be: ${range}`;
  return `upload limits ${factor > 1 ? "doubled" : "halved"}: ${range}`;
}
