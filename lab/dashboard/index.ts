import { setFlagsFromString } from "node:v8";
import type { DashboardEnd, DashboardOptions } from "./options.ts";

/**
 * Shows the swarm on the terminal until the user leaves, or the signal ends it. Rejects with the error when the lab does
 * not come up or its controller is lost; the terminal is as before in any case.
 */
export async function runDashboard(options: DashboardOptions): Promise<DashboardEnd> {
  // React reads it when it is loaded; its development build costs twice as much.
  process.env.NODE_ENV ??= "production";
  // Lines of the journal live for a moment: a young generation that stays small costs nothing and saves 25 MB.
  setFlagsFromString("--semi-space-growth-factor=1");
  // What is typed while it loads is kept for it instead of being echoed on the screen.
  options.stdin.setRawMode(true);
  try {
    const { show } = await import("./components/show.tsx");
    return await show(options);
  } finally {
    options.stdin.setRawMode(false);
  }
}
