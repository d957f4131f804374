import type { DashboardEnd, DashboardOptions } from "../../dashboard/options.ts";
import type { World } from "../world.ts";

/** Whether there is a terminal to draw on and to read keys from; without colours it draws too. */
export function canShowDashboard({ env, stdin, stdout }: World): boolean {
  return Boolean(stdin.isTTY && stdout.isTTY) && env.TERM !== "dumb" && !env.CI;
}

type Shown = Omit<DashboardOptions, "stdin" | "stdout" | "env" | "actions"> &
  Partial<Pick<DashboardOptions, "actions">>;

/** The dashboard on this command's terminal. Loaded only now: React and Ink take their time. */
export async function showDashboard({ env, stdin, stdout }: World, options: Shown): Promise<DashboardEnd> {
  const { runDashboard } = await import("../../dashboard/index.ts");
  return runDashboard({ actions: {}, ...options, env, stdin, stdout });
}
